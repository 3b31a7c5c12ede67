/* National identity numbers: a row for each form they are written in.
 *
 * Where the form is common and the check weak, the number must stand behind its name. */
#include "prompt/redact_find.h"

#include <string.h>

/* What may stand between a name and its number. */
#define BETWEEN     " :=.#"
#define BETWEEN_MAX 4
/* Characters in which each pattern has its first digit: "AAA AAA 9". */
#define FIRST_DIGIT_MAX 9

static const struct {
    const char *label; /* NULL: known without it */
    const char *pattern;
    bool (*passes)(const char *value);
} numbers[] = {
    { NULL, "999-99-9999", redact_check_us },
    { "ssn", "999~99~9999", redact_check_us },
    { "social security number", "999~99~9999", redact_check_us },
    { NULL, "99~999~999~999", redact_check_de },
    { NULL, "99999999~A", redact_check_es },
    { NULL, "99.999.999~A", redact_check_es },
    { NULL, "A~9999999~A", redact_check_es },
    { NULL, "AAA~AAA~XXAXX~AXXXA", redact_check_it },
    { NULL, "9~99~99~XX~999~999~99", redact_check_fr },
    { NULL, "99999999999", redact_check_pl },
    { "bsn", "9999~99~999", redact_check_nl },
    { "bsn-nummer", "9999~99~999", redact_check_nl },
    { "burgerservicenummer", "9999~99~999", redact_check_nl },
    { "sofinummer", "9999~99~999", redact_check_nl },
    { NULL, "999999~9999", redact_check_se },
    { NULL, "999999+9999", redact_check_se },
    { NULL, "99999999~9999", redact_check_se },
    { NULL, "999999-999X", redact_check_fi },
    { NULL, "999999+999X", redact_check_fi },
    { NULL, "999999A999X", redact_check_fi },
    { NULL, "999999-9999", redact_check_dk },
    { "cpr", "999999~9999", redact_check_dk },
    { NULL, "999999~99999", redact_check_no },
    { NULL, "999.999.999-99", redact_check_br },
    { NULL, "99999999999", redact_check_br },
    { NULL, "AA~99~99~99~A", redact_check_gb },
    { NULL, "99999999999", redact_check_tr },
    { NULL, "999999/999", redact_check_cz },
    { NULL, "999999~9999", redact_check_cz },
};

/* Where a number can begin behind `label`, NULL if it doesn't stand here. */
static const char *behind_label(const char *at, const char *label)
{
    at = redact_word_end(at, label);
    for (int i = 0; at && i < BETWEEN_MAX && *at && strchr(BETWEEN, *at); i++)
        at++;
    return at;
}

/* Is there a digit so soon after `at` that a pattern without a label can fit? */
static bool has_digit_near(const char *at)
{
    for (int i = 0; i < FIRST_DIGIT_MAX && *at; i++, at = g_utf8_next_char(at))
        if (g_ascii_isdigit(redact_plain(redact_char(at))))
            return true;
    return false;
}

static bool find_row(const char *text, const char *at, gsize row, RedactSpan *span)
{
    char value[REDACT_PATTERN_MAX];

    if (numbers[row].label)
        text = at = behind_label(at, numbers[row].label);
    *span = (RedactSpan){ at, at ? redact_match(at, numbers[row].pattern, value) : NULL };
    return span->end && !redact_is_glued(text, at, span->end) && numbers[row].passes(value);
}

bool redact_find_id(const char *text, RedactSpan *span)
{
    for (const char *at = redact_first_word(text); *at; at = redact_next_word(at)) {
        bool digits = has_digit_near(at);

        for (gsize row = 0; row < G_N_ELEMENTS(numbers); row++)
            if ((digits || numbers[row].label) && find_row(text, at, row, span))
                return true;
    }
    return false;
}
