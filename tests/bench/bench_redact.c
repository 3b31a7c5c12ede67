/* What redaction costs on one core, all kinds asked for: microseconds a KB of an ordinary mail, in
 * Latin letters, in Cyrillic and in Chinese, of numbers, and of what nearly is a secret; for 4 KB
 * to 1 MB, so that growth shows. */
#include "prompt/redact.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECONDS 0.3

static const struct {
    const char *name, *text;
} contents[] = {
    { "English", "We changed the plan last week and the invoice still shows the old amount, so "
                 "please look at order 4711 and tell us what went wrong with it.\n" },
    { "Russian", "На прошлой неделе мы сменили тариф, а в счёте стоит старая сумма; посмотрите, "
                 "пожалуйста, заказ 4711.\n" },
    { "Chinese", "上周我们更换了套餐，但发票上仍然是旧的金额，请检查订单4711并告诉我们原因。\n" },
    { "numbers", "4711 0815 2026-11-23 09:30:00 192.168.1.100 1234567890 978-3-16-148410-0\n" },
    { "labels", "the password is not the key of the token, and PIN or TAN are not the cookie\n" },
};

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double measure(const char *text)
{
    static const char *const kinds[] = { "cards",  "iban",      "secrets", "ids",
                                         "phones", "addresses", NULL };
    double begun = cpu_seconds(), took;
    gsize times = 0;

    do {
        g_autoptr(Redaction) redaction = redaction_new(kinds);
        g_autofree char *redacted = redaction_apply(redaction, text);
        times++;
        took = cpu_seconds() - begun;
    } while (took < SECONDS);
    return took * 1e6 / (double)times / ((double)strlen(text) / 1024);
}

int main(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
        printf("%-8s", contents[i].name);
        for (gsize length = 4096; length <= 1024 * 1024; length *= 16) {
            g_autoptr(GString) text = g_string_new(NULL);

            while (text->len < length)
                g_string_append(text, contents[i].text);
            printf("  %7zu bytes %6.1f us/KB", text->len, measure(text->str));
        }
        printf("\n");
    }
    return 0;
}
