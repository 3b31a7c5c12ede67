/* A mail, a question and what belongs to them, for tests of prompts. */
#pragma once

#include "prompt/prompt.h"
#include "verdict_fixture.h"

typedef struct {
    MailAddress from;
    Message message;
    Customer customer;
    Context context;
    VerdictQuestion question;
    PromptInput input;
    PromptPrivacy privacy; /* everything goes */
} PromptCase;

static const char *const prompt_team[] = { "Ann", "Bob", NULL };

/* Fills a case with an ordinary mail; its strings are constants.  Unref `attachments`. */
static inline void prompt_case_init(PromptCase *one, FieldTable *fields, GPtrArray *attachments)
{
    memset(one, 0, sizeof *one);
    one->from = (MailAddress){ .address = (char *)"jo@example.com", .name = (char *)"Jo Doe" };
    one->message.from = &one->from;
    one->message.person = &one->from;
    one->message.subject = (char *)"Printer";
    one->message.date = 1795426200;
    one->message.reply = (char *)"It burns.\nPlease help.\n";
    one->message.quoted = (char *)"Is it on?\n";
    one->message.attachments = attachments;
    one->context.text = (char *)"Example Ltd, gold";
    one->customer.match = MATCH_EXACT;
    one->question =
        (VerdictQuestion){ .fields = fields, .asks = FIELD_FOR_TICKET, .team = prompt_team };
    one->input = (PromptInput){ .mailbox = "support",
                                .message = &one->message,
                                .customer = &one->customer,
                                .context = &one->context,
                                .question = &one->question,
                                .fence = "c0ffee",
                                .max_mail_bytes = 1000 };
}
