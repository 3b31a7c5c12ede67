/* The name of a question.  Each part goes in with its length, so that no two questions share a name
 * by where one part ends and the next begins.  Pure. */
#include "classify/classify.h"

#include "base/digest.h"

#include <string.h>

static void add(Digest *digest, const char *text)
{
    gsize length = strlen(text);
    digest_add(digest, &length, sizeof length);
    digest_add(digest, text, length);
}

/* An answer to a part of the mail is none to the whole. */
static void add_privacy(Digest *digest, const PromptPrivacy *privacy)
{
    for (char **kind = privacy->redact; kind != NULL && *kind != NULL; kind++)
        add(digest, *kind);
    add(digest, prompt_send_names[privacy->send]);
    add(digest, privacy->datamark ? "marked" : "plain");
}

static void add_engines(Digest *digest, const LlmModel *const *engines)
{
    for (; *engines != NULL; engines++) {
        add(digest, (*engines)->name);
        add(digest, llm_api_names[(*engines)->api]);
        add(digest, (*engines)->model);
        add(digest, (*engines)->url);
        add_privacy(digest, &(*engines)->privacy);
    }
}

static void add_fields(Digest *digest, const VerdictQuestion *question)
{
    g_autoptr(cJSON) schema = verdict_schema(question);
    g_autofree char *text = json_print(schema);
    add(digest, text);
}

static void add_mail(Digest *digest, const Message *message)
{
    add(digest, message->subject);
    add(digest, message->reply);
    add(digest, message->quoted);
    for (guint i = 0; i < message->attachments->len; i++) {
        const Attachment *attachment = g_ptr_array_index(message->attachments, i);
        add(digest, attachment->name);
        add(digest, attachment->sha256);
    }
}

static void add_sender(Digest *digest, const PromptInput *input)
{
    add(digest, message_person_is_proven(input->message) ? "proven" : "unproven");
    add(digest, input->customer != NULL ? customer_match_name(input->customer->match) : "");
    add(digest, input->context != NULL ? input->context->text : "");
}

char *classify_question(const Prompt *prompt, const LlmModel *const *engines,
                        const PromptInput *input, const char *policy_hash)
{
    Digest *digest = digest_new();
    add(digest, input->mailbox);
    add(digest, prompt->digest);
    add(digest, policy_hash);
    add_engines(digest, engines);
    add_fields(digest, input->question);
    add_sender(digest, input);
    add_mail(digest, input->message);
    return digest_end(digest);
}
