/* Who pays for a mail: whom it is proven to come from, else where it came from. */
#include "pipeline/payer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_payer(const char *from, bool proven, const char *client, const char *payer)
{
    MailAddress author = { .address = (char *)from };
    const Message message = { .from = &author, .authentication.proven = proven };
    const Envelope envelope = { .client_address = (char *)client };
    g_autofree char *found = payer_of(&message, &envelope);
    assert_string_equal(found, payer);
}

static void a_proven_address_pays_itself_from_wherever_it_writes(void **state)
{
    (void)state;
    assert_payer("ann@example.org", true, "192.0.2.7", "ann@example.org");
    assert_payer("ann@example.org", true, "2001:db8::1", "ann@example.org");
    assert_payer("ann@example.org", true, "", "ann@example.org");
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
        cmocka_unit_test(a_proven_address_pays_itself_from_wherever_it_writes),
        cmocka_unit_test(everybody_else_pays_as_the_network_it_came_from),
    };
    return cmocka_run_group_tests_name("pipeline: payer", tests, NULL, NULL);
}
