/* Bytes as a model's answer to the whole question, with the shipped fields (run it in the folder of
 * the Makefile).  What is taken must be inside the fields' limits and survive being stored; what is
 * refused must have one short, clean sentence. */
#include "../unit/verdict_breach.h"
#include "../unit/verdict_fixture.h"

#include <stdint.h>

#define SENTENCE_MAX 600

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const team[] = { "Ann", "bob@example.com", NULL };

static FieldTable *shipped(void)
{
    static FieldTable *table;

    if (!table) {
        g_autoptr(Diags) diags = diags_new();

        table = fields_shipped(diags);
        g_assert(diags_count(diags) == 0 && field_table_size(table) > 0);
    }
    return table;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char mail[] = "hello, the printer is on fire since monday. please help";
    const VerdictQuestion question = {
        .fields = shipped(), .asks = FIELD_FOR_BOTH, .team = team, .mail_text = mail
    };
    g_autoptr(cJSON) answer = json_parse((const char *)data, size, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Verdict) verdict = NULL;
    bool quotes_failed;

    if (!answer)
        return 0;
    verdict = verdict_check(&question, answer, &quotes_failed, &error);
    g_assert((verdict == NULL) == (error != NULL));
    if (verdict)
        g_assert_cmpstr(verdict_breach(&question, verdict), ==, NULL);
    else
        g_assert(breach_is_line(error->message, 1, SENTENCE_MAX));
    return 0;
}
