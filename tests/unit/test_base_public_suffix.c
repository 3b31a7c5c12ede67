/* Which names are one organization's, and which are shared by strangers. */
#include "base/domain.h"
#include "base/public_suffix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LABEL "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"

static void the_organization_is_one_label_below_the_public_suffix(void **state)
{
    static const struct {
        const char *domain;
        const char *organization; /* NULL: has none */
        bool is_suffix;
    } rows[] = {
        { "example.com", "example.com", false },
        { "a.b.Mail.Example.COM", "example.com", false },
        { "example.com.", "example.com", false },
        { "com", NULL, true },
        { "com.", NULL, true },
        { "co.uk", NULL, true },
        { "example.co.uk", "example.co.uk", false },
        { "nhs.uk", NULL, true },
        { "mail.hospital.nhs.uk", "hospital.nhs.uk", false },
        { "github.io", NULL, true },
        { "ann.github.io", "ann.github.io", false },
        { "ck", NULL, true },
        { "example.ck", NULL, true },
        { "shop.example.ck", "shop.example.ck", false },
        { "www.ck", "www.ck", false },
        { "a.www.ck", "www.ck", false },
        { "unlisted", NULL, true },
        { "mail.office.unlisted", "office.unlisted", false },
        { "localhost", NULL, true },
        { "mail.b\xc3\xbc"
          "cher.de",
          "xn--bcher-kva.de", false },
        { "MAIL.B\xc3\x9c"
          "CHER.DE",
          "xn--bcher-kva.de", false },
        { "mail.xn--bcher-kva.de", "xn--bcher-kva.de", false },
        { "\xe5\x85\xac\xe5\x8f\xb8.cn", NULL, true },
        { "xn--55qx5d.cn", NULL, true },
        { "shop.example.xn--55qx5d.cn", "example.xn--55qx5d.cn", false },
        { "_spf.example.org", "example.org", false },
        { "192.0.2.1", NULL, false },
        { "[192.0.2.1]", NULL, false },
        { "2001:db8::1", NULL, false },
        { "[IPv6:2001:db8::1]", NULL, false },
        { "", NULL, false },
        { ".", NULL, false },
        { ".com", NULL, false },
        { "a..com", NULL, false },
        { "example.com..", NULL, false },
        { "ann@example.com", NULL, false },
        { "exa mple.com", NULL, false },
        { "exa\xffmple.com", NULL, false },
        { LABEL "." LABEL "." LABEL "." LABEL ".a", LABEL ".a", false },
        { LABEL "." LABEL "." LABEL "." LABEL "." LABEL ".a", NULL, false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *organization = public_suffix_organization(rows[i].domain);

        if (g_strcmp0(organization, rows[i].organization) != 0)
            fail_msg("%s: %s", rows[i].domain, organization ? organization : "none");
        if (public_suffix_is(rows[i].domain) != rows[i].is_suffix)
            fail_msg("%s: suffix", rows[i].domain);
    }
}

static void top_level_domains_are_those_of_the_list(void **state)
{
    static const struct {
        const char *label;
        bool listed;
    } rows[] = {
        { "com", true },      { "COM", true },    { "rocks", true }, { "zip", true },
        { "sbs", true },      { "ck", true },     { "商店", true },  { "xn--czrs0t", true },
        { "example", false }, { "co.uk", false }, { "pdf", false },  { "", false },
        { "1", false },       { ".com", false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (public_suffix_is_top_level(rows[i].label) != rows[i].listed)
            fail_msg("%s", rows[i].label);
}

static void domains_align_within_one_organization(void **state)
{
    static const struct {
        const char *domain, *other;
        bool align;
    } rows[] = {
        { "example.com", "example.com", true },
        { "mail.example.com", "Example.com", true },
        { "a.example.com", "b.example.com", true },
        { "example.com", "example.org", false },
        { "badexample.com", "example.com", false },
        { "example.co.uk", "mail.example.co.uk", true },
        { "example.co.uk", "evil.co.uk", false },
        { "co.uk", "evil.co.uk", false },
        { "com", "example.com", false },
        { "evil.nhs.uk", "hospital.nhs.uk", false },
        { "mail.hospital.nhs.uk", "hospital.nhs.uk", true },
        { "eve.github.io", "ann.github.io", false },
        { "github.io", "ann.github.io", false },
        { "github.io", "github.io", true },
        { "mail.one.example.ck", "one.example.ck", true },
        { "one.example.ck", "two.example.ck", false },
        { "one.ck", "two.ck", false },
        { "mail.office.unlisted", "office.unlisted", true },
        { "one.unlisted", "two.unlisted", false },
        { "example.com.", "mail.example.com", true },
        { "b\xc3\xbc"
          "cher.de",
          "mail.xn--bcher-kva.de", true },
        { "localhost", "localhost", true },
        { "", "", false },
        { "[192.0.2.1]", "[192.0.2.1]", false },
        { "192.0.2.1", "198.51.2.1", false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (domain_aligns(rows[i].domain, rows[i].other) != rows[i].align)
            fail_msg("%s, %s", rows[i].domain, rows[i].other);
        if (domain_aligns(rows[i].other, rows[i].domain) != rows[i].align)
            fail_msg("%s, %s", rows[i].other, rows[i].domain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_organization_is_one_label_below_the_public_suffix),
        cmocka_unit_test(top_level_domains_are_those_of_the_list),
        cmocka_unit_test(domains_align_within_one_organization),
    };

    return cmocka_run_group_tests_name("base: public suffix", tests, NULL, NULL);
}
