/* The name of a question: what makes it another one, and what doesn't. */
#include "classify/classify.h"
#include "prompt_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

typedef struct {
    PromptCase prompt_case;
    Prompt prompt;
    LlmModel model;
    GPtrArray *attachments;
    const char *policy;
} Question;

static FieldTable *fields;

static void question_init(Question *question)
{
    memset(question, 0, sizeof *question);
    question->attachments = g_ptr_array_new();
    prompt_case_init(&question->prompt_case, fields, question->attachments);
    question->prompt.digest = (char *)"prompt-digest";
    question->model =
        (LlmModel){ .name = (char *)"haiku", .model = (char *)"m", .url = (char *)"https://x" };
    question->policy = "policy-hash";
}

static char *name_of(Question *question)
{
    const LlmModel *engines[] = { &question->model, NULL };
    char *name = classify_question(&question->prompt, engines, &question->prompt_case.input,
                                   question->policy);
    g_ptr_array_unref(question->attachments);
    return name;
}

static void prove(Question *question)
{
    question->prompt_case.message.authentication.proven = true;
}

static void attach(Question *question)
{
    static Attachment file = { .name = (char *)"a.txt", .sha256 = (char *)"ab" };
    g_ptr_array_add(question->attachments, &file);
}

static void other_reply(Question *question)
{
    question->prompt_case.message.reply = (char *)"It burns.\nPlease help!\n";
}

/* The same bytes, parted elsewhere. */
static void moved_border(Question *question)
{
    question->prompt_case.message.subject = (char *)"PrinterI";
    question->prompt_case.message.reply = (char *)"t burns.\nPlease help.\n";
}

static void other_quote(Question *question)
{
    question->prompt_case.message.quoted = (char *)"";
}

static void other_subject(Question *question)
{
    question->prompt_case.message.subject = (char *)"Scanner";
}

static void other_context(Question *question)
{
    question->prompt_case.context.text = (char *)"Example Ltd, silver";
}

static void other_match(Question *question)
{
    question->prompt_case.customer.match = MATCH_NONE;
}

static void other_mailbox(Question *question)
{
    question->prompt_case.input.mailbox = "sales";
}

static void other_prompt(Question *question)
{
    question->prompt.digest = (char *)"another";
}

static void other_policy(Question *question)
{
    question->policy = "another";
}

static void other_model(Question *question)
{
    question->model.model = (char *)"n";
}

static void other_team(Question *question)
{
    static const char *const team[] = { "Ann", "Cid", NULL };
    question->prompt_case.question.team = team;
}

static void fewer_kinds(Question *question)
{
    static char *kinds[] = { (char *)"cards", NULL };
    question->model.privacy.redact = kinds;
}

static void no_body(Question *question)
{
    question->model.privacy.send = PROMPT_SEND_NO_BODY;
}

static void marked(Question *question)
{
    question->model.privacy.datamark = true;
}

static void other_sender(Question *question)
{
    question->prompt_case.from.address = (char *)"someone@else.example";
    question->prompt_case.from.name = (char *)"Someone Else";
}

static void other_date(Question *question)
{
    question->prompt_case.message.date++;
    question->prompt_case.input.fence = "decaf0";
}

static void each_part_makes_another_question_but_who_and_when(void **state)
{
    (void)state;
    static const struct {
        void (*change)(Question *question);
        bool same;
    } cells[] = {
        { prove, false },         { attach, false },       { other_reply, false },
        { moved_border, false },  { other_quote, false },  { other_subject, false },
        { other_context, false }, { other_match, false },  { other_mailbox, false },
        { other_prompt, false },  { other_policy, false }, { other_model, false },
        { other_team, false },    { fewer_kinds, false },  { no_body, false },
        { marked, false },        { other_sender, true },  { other_date, true },
    };
    Question plain;
    question_init(&plain);
    g_autofree char *name = name_of(&plain);
    for (gsize i = 0; i < G_N_ELEMENTS(cells); i++) {
        Question other;
        question_init(&other);
        cells[i].change(&other);
        g_autofree char *found = name_of(&other);
        if (g_str_equal(name, found) != cells[i].same)
            fail_msg("cell %zu", i);
    }
}

int main(void)
{
    g_autoptr(Diags) diags = diags_new();
    fields = fields_shipped(diags);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_makes_another_question_but_who_and_when),
    };
    int failed = cmocka_run_group_tests_name("classify: question", tests, NULL, NULL);
    field_table_unref(fields);
    return failed;
}
