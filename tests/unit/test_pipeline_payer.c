/* Who pays for a mail: whom it is proven to come from, else where it came from. */
#include "pipeline/payer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const freemail[] = { "gmail.com", "googlemail.com", "gmx.de", "all@club.example",
                                        NULL };

static void assert_payer_of(const char *from, bool proven, CustomerMatch match, const char *client,
                            const char *payer)
{
    MailAddress author = { .address = (char *)from };
    const Message message = { .from = &author, .authentication.proven = proven };
    const Envelope envelope = { .client_address = (char *)client };
    const Customer customer = { .match = match };
    g_autofree char *found = payer_of(&message, &envelope, &customer, freemail);
    assert_string_equal(found, payer);
    assert_int_equal(payer_is_stranger(&message, &customer), !proven || match != MATCH_EXACT);
}

static void assert_payer(const char *from, bool proven, const char *client, const char *payer)
{
    assert_payer_of(from, proven, MATCH_EXACT, client, payer);
}

static void a_proven_contact_pays_itself_from_wherever_it_writes(void **state)
{
    (void)state;
    assert_payer("ann@example.org", true, "192.0.2.7", "ann@example.org");
    assert_payer("ann@example.org", true, "2001:db8::1", "ann@example.org");
    assert_payer("ann@example.org", true, "", "ann@example.org");
    assert_payer("a.nn+x@gmail.com", true, "", "a.nn+x@gmail.com");
}

static void another_proven_address_pays_as_its_organization(void **state)
{
    static const struct {
        const char *from, *payer;
    } rows[] = {
        { "a0@evil.example", "evil.example" },
        { "a499@evil.example", "evil.example" },
        { "a@x17.mail.evil.example", "evil.example" },
        { "a@evil.co.uk", "evil.co.uk" },
        { "a@one.github.io", "one.github.io" },
        { "a@co.uk", "co.uk" },
        { "a+b@evil.example", "evil.example" },
        /* Where anybody can have an address, each pays for itself. */
        { "ann@gmx.de", "ann@gmx.de" },
        { "ann+1@gmx.de", "ann@gmx.de" },
        { "a.n.n@gmx.de", "a.n.n@gmx.de" },
        { "a.n.n+x@gmail.com", "ann@gmail.com" },
        { "ann@googlemail.com", "ann@gmail.com" },
        { "all@club.example", "all@club.example" },
        { "one@club.example", "club.example" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_payer_of(rows[i].from, true, MATCH_NONE, "192.0.2.7", rows[i].payer);
        assert_payer_of(rows[i].from, true, MATCH_DOMAIN, "192.0.2.7", rows[i].payer);
        assert_payer_of(rows[i].from, true, MATCH_AMBIGUOUS, "192.0.2.7", rows[i].payer);
        assert_payer_of(rows[i].from, false, MATCH_EXACT, "192.0.2.7", "192.0.2.0/24");
    }
}

static void everybody_else_pays_as_the_network_it_came_from(void **state)
{
    static const struct {
        const char *client, *payer;
    } rows[] = {
        { "192.0.2.7", "192.0.2.0/24" },
        { "192.0.2.255", "192.0.2.0/24" },
        { "192.0.3.0", "192.0.3.0/24" },
        { "::ffff:192.0.2.7", "192.0.2.0/24" },
        { "2001:db8:1:2::3", "2001:db8:1::/48" },
        { "2001:db8:1:ffff:ffff:ffff:ffff:ffff", "2001:db8:1::/48" },
        { "2001:db8:2::", "2001:db8:2::/48" },
        { "::1", "::/48" },
        { "", "nobody" },
        { "mail.example.com", "nobody" },
        { "192.0.2", "nobody" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_payer("ann@example.org", false, rows[i].client, rows[i].payer);
        assert_payer("", true, rows[i].client, rows[i].payer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proven_contact_pays_itself_from_wherever_it_writes),
        cmocka_unit_test(another_proven_address_pays_as_its_organization),
        cmocka_unit_test(everybody_else_pays_as_the_network_it_came_from),
    };
    return cmocka_run_group_tests_name("pipeline: payer", tests, NULL, NULL);
}
