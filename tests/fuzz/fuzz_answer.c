/* Bytes as a model's answer to the whole question, with the shipped fields (run it in the folder of
 * the Makefile).  What is taken must be inside the fields' limits and survive being stored; what is
 * refused must have one short, clean sentence. */
#include "../unit/verdict_fixture.h"
#include "base/json.h"
#include "base/text.h"

#include <math.h>
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

static void assert_line(const char *text, gsize min, gsize max)
{
    g_autofree char *line = text_line(text, G_MAXSIZE);
    gsize length = (gsize)g_utf8_strlen(text, -1);

    g_assert_cmpstr(text, ==, line);
    g_assert(length >= min && length <= max);
}

static void assert_list(const Field *field, const GPtrArray *list, const char *mail)
{
    g_assert(list->len <= field->max_items && (field->quotes || list->len >= field->min_items));
    for (guint i = 0; i < list->len; i++) {
        g_autofree char *folded = text_fold(list->pdata[i]);

        assert_line(list->pdata[i], field->min_length, field->max_length);
        g_assert(!field->quotes || strstr(mail, folded));
    }
}

static void assert_value(const Field *field, const Value *value, const char *mail)
{
    if (!value) {
        g_assert(field->team);
    } else if (field->type == FIELD_NUMBER) {
        g_assert(value->number >= field->min && value->number <= field->max);
        g_assert(!field->whole || value->number == floor(value->number));
    } else if (field->type == FIELD_TEXT) {
        assert_line(value->text, 0, field->max_length);
        g_assert(!field->team || g_strv_contains(team, value->text));
    } else if (field->type == FIELD_LIST) {
        assert_list(field, value->list, mail);
    } else if (field->type != FIELD_YES_NO) {
        g_assert(value->choice >= 0 && (guint)value->choice < field->choices->len);
    }
}

static void assert_stored_alike(FieldTable *fields, const Verdict *verdict)
{
    g_autoptr(cJSON) json = verdict_to_json(verdict), again = NULL;
    g_autofree char *text = json_print(json), *text_again = NULL;
    g_autoptr(cJSON) parsed = json_parse(text, strlen(text), NULL);
    g_autoptr(Verdict) stored = NULL;

    g_assert(parsed);
    stored = verdict_from_json(fields, parsed);
    again = verdict_to_json(stored);
    text_again = json_print(again);
    g_assert_cmpstr(text, ==, text_again);
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
    if (!verdict) {
        assert_line(error->message, 1, SENTENCE_MAX);
        return 0;
    }
    for (guint i = 0; i < field_table_size(question.fields); i++) {
        const Field *field = field_at(question.fields, i);

        assert_value(field, verdict_get(verdict, field->name), mail);
    }
    assert_stored_alike(question.fields, verdict);
    return 0;
}
