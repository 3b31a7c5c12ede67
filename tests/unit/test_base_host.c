/* Which servers are this machine. */
#include "base/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void only_names_that_cant_be_elsewhere_are_this_machine(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        bool loopback;
    } rows[] = {
        { "smtp://127.0.0.1:587", true },
        { "http://127.255.0.9", true },
        { "imap://[::1]:143/Sent", true },
        { "smtp://LocalHost", true },
        { "smtp://localhost.example.com", false },
        { "smtp://128.0.0.1", false },
        { "smtp://127.0.0.1.example.com", false },
        { "smtp://127.0.0.1@mx.example.com", false },
        { "smtp://[::2]", false },
        { "127.0.0.1", false },
        { "", false },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (host_of_uri_is_loopback(rows[i].uri) != rows[i].loopback)
            fail_msg("%s", rows[i].uri);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_names_that_cant_be_elsewhere_are_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
