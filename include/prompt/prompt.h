/* Prompts: FOLDER/NAME/VERSION.prompt, and FOLDER/active.conf, which says which version is in use
 * ("support = 1").
 *
 * A prompt is a head in the configuration's language, then two mustache templates:
 *     asks = ticket            # ticket | lead | both: fields; reply: a draft of one
 *     max_tokens = 2048
 *     temperature = 0          # wishes: dropped where a provider refuses them
 *     effort = low
 *     context_budget = 1500    # tokens of customer context
 *     words_min = 150          # of a reply, like all that follows
 *     words_max = 200
 *     knowledge_budget = 1500  # tokens of passages out of the site's knowledge
 *     examples = 2             # approved replies to others
 *     ---system
 *     …
 *     ---user
 *     …{{mail.text}}…
 *
 * What the templates can name (always there; what is unknown is "" or an empty list):
 *     fence                    random, per call; for markers around mail and context
 *     mailbox                  its name
 *     mail                     from, from_name, subject, date ("2026-11-23 09:30 UTC"),
 *                              text (what the sender wrote), quoted (what they quote),
 *                              attachments: a list of name, type, size, text
 *     context                  what is known about the customer, fitted to context_budget
 *     proven                   true if the sender's address is proven
 *     match                    none, exact, domain, ambiguous; none as long as nothing is proven
 *     redacted                 true if this engine gets placeholders for some values
 *     withheld                 true if this engine gets no text of the mail
 *     mark                     what stands between the words of the mail instead of blanks
 *     fields                   what is asked, a list of name, label, type, allowed ("a number
 *                              from 0 to 1"), choices: a list of token, label
 *     team                     names for `team` fields
 *     brand, words_min, words_max
 *                              how the house is called, and how long a reply shall be
 *     language                 to write a reply in: ISO 639-1
 *     thread                   earlier mails of the ticket, oldest first, a list of ours, date,
 * text passages                 out of the site's knowledge, a list of source, text examples
 * approved replies to others, a list of text
 *
 * Of these the system part can name mailbox, fields, team, redacted, withheld, mark, brand,
 * words_min and words_max: what is the same for every mail.  Providers remember a prompt by its
 * beginning, and nothing that a stranger wrote belongs among the instructions. */
#pragma once

#include "crm/context.h"
#include "crm/customer.h"
#include "knowledge/knowledge.h"
#include "mail/message.h"
#include "mail/thread.h"
#include "prompt/mustache.h"
#include "prompt/privacy.h"
#include "prompt/redact.h"
#include "verdict/verdict.h"

typedef struct {
    char *name;
    int version;
    FieldUse asks;
    bool replies; /* it asks for a reply, and for no fields */
    gint64 max_tokens, context_budget;
    gint64 words_min, words_max, knowledge_budget, examples; /* of replies */
    double temperature;                                      /* NAN: no wish */
    char *effort;                                            /* low, medium, high; NULL: no wish */
    char *digest;                                            /* hex, of the file */
    char *id;                                                /* "support@1" */
    Mustache *system, *user;
} Prompt;

typedef struct PromptSet PromptSet;

/* Loads every prompt of the folder and active.conf; faults are in `diags`.  Never NULL. */
PromptSet *prompts_load(const char *folder, Diags *diags);
void prompts_free(PromptSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PromptSet, prompts_free)

/* NULL: unknown or none active. */
const Prompt *prompts_active(const PromptSet *set, const char *name);
/* Every name in the folder, sorted, active or not; NULL-terminated. */
const char *const *prompts_names(const PromptSet *set);

/* Those in use that ask for replies, sorted; NULL-terminated. */
const char *const *prompts_reply_names(const PromptSet *set);

/* What goes to a model.  Mail and context stand between markers made of `fence` (random hex, per
 * call); lines of them that hold the fence are dropped. */
typedef struct {
    char *system, *user;
    char *quotable;       /* folded: what of the mail the model can quote, without marks */
    Redaction *redaction; /* what was replaced */
} PromptText;

/* What else a prompt for a reply may be told. */
typedef struct {
    const char *brand, *language; /* language "": not known */
    gint64 words_min, words_max;
    const GPtrArray *thread;     /* PromptMail*, oldest first */
    const GPtrArray *passages;   /* Passage* */
    const char *const *examples; /* NULL-terminated */
} PromptReply;

/* An earlier mail. */
typedef struct {
    bool ours;
    gint64 date; /* epoch seconds */
    const char *text;
} PromptMail;

typedef struct {
    const char *mailbox;
    const Message *message;
    const Customer *customer; /* NULL: unknown */
    const Context *context;   /* NULL: none */
    const VerdictQuestion *question;
    const PromptReply *reply; /* NULL: fields are asked for */
    const char *fence;
    gint64 max_mail_bytes; /* of new text and, behind it, attachments' text; the quote gets a
                          quarter of it */
} PromptInput;

/* Attachments that a prompt names; more are left out. */
#define PROMPT_ATTACHMENTS_MAX 20

/* NULL and an error only beyond the template limits. */
PromptText *prompt_render(const Prompt *prompt, const PromptInput *input,
                          const PromptPrivacy *privacy, GError **error);
void prompt_text_free(PromptText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PromptText, prompt_text_free)
