/* Did a program write this mail, may it be answered (RFC 3834), need it be triaged?
 *
 * One table, in the order of what tells most: the first row that fits names the kind, the facts of
 * all rows that fit add up.  Leaving a mail out of triage needs a plain statement (the null sender,
 * auto-replied, a report about delivery, our own mail); a guess by subject or address only forbids
 * the answer.  Everything but our own mail is the sender's own claim, which can only be to his
 * disadvantage.  Pure; any thread. */
#include "mail/parts.h"

#include "base/text.h"

#include <string.h>

#define WHY_VALUE_MAX 100

typedef struct {
    const HeaderView *view;
    const Message *message;
    const MailTrust *trust;
    bool own_list;
} Mail;

typedef struct {
    const char *header;
    const char *(*value)(const Mail *mail, const char *header); /* NULL: there is none */
    bool (*fits)(const char *value, const char *words);
    const char *words; /* lower case, between '|' */
    AutomaticKind kind;
    bool must_not_reply;
    bool skip;
} Row;

/* Is text[0..length) in any case one of the words? */
static bool is_one_of(const char *text, gsize length, const char *words)
{
    while (*words) {
        gsize size = strcspn(words, "|");

        if (size == length && g_ascii_strncasecmp(text, words, length) == 0)
            return true;
        words += size + (words[size] == '|');
    }
    return false;
}

static bool is_empty(const char *value, const char *words)
{
    (void)words;
    return *value == '\0';
}

static bool is_there(const char *value, const char *words)
{
    return !is_empty(value, words);
}

static bool is_word(const char *value, const char *words)
{
    return is_one_of(value, strcspn(value, " ;,("), words);
}

static bool is_not_word(const char *value, const char *words)
{
    return is_there(value, words) && !is_word(value, words);
}

static bool lists_word(const char *value, const char *words)
{
    while (*value) {
        gsize length = strcspn(value, " ,;");

        if (length > 0 && is_one_of(value, length, words))
            return true;
        value += length + (value[length] != '\0');
    }
    return false;
}

static bool begins_with(const char *value, const char *words)
{
    g_autofree char *lower = g_utf8_strdown(value, -1);

    while (*words) {
        gsize size = strcspn(words, "|");

        if (strncmp(lower, words, size) == 0)
            return true;
        words += size + (words[size] == '|');
    }
    return false;
}

/* begins_with() for the local part, whatever separates its words. */
static bool address_begins_with(const char *value, const char *words)
{
    g_autoptr(GString) local = g_string_new(NULL);

    for (; *value && *value != '@'; value++)
        if (!strchr("-_.", *value))
            g_string_append_c(local, *value);
    return begins_with(local->str, words);
}

static const char *field(const Mail *mail, const char *header)
{
    return header_find(mail->view, header);
}

static const char *list_field(const Mail *mail, const char *header)
{
    return mail->own_list ? NULL : header_find(mail->view, header);
}

/* A field of a mail that answers one: Exchange calls its absence notices auto-generated. */
static const char *answer_field(const Mail *mail, const char *header)
{
    return *mail->message->in_reply_to ? header_find(mail->view, header) : NULL;
}

static const char *envelope_sender(const Mail *mail, const char *header)
{
    (void)header;
    return mail->view->envelope_sender;
}

static const char *report_type(const Mail *mail, const char *header)
{
    (void)header;
    return strcmp(mail->view->content_type, "multipart/report") == 0 ? mail->view->report_type
                                                                     : NULL;
}

static const char *from_address(const Mail *mail, const char *header)
{
    (void)header;
    return mail->view->from_address;
}

/* Whom an answer would reach: behind a form's no-reply address there may be a person. */
static const char *person_address(const Mail *mail, const char *header)
{
    (void)header;
    return mail->message->person->address;
}

static const char *subject(const Mail *mail, const char *header)
{
    (void)header;
    return mail->message->subject;
}

static bool is_in(const char *text, gsize length, char *const *list)
{
    for (; list && *list; list++)
        if (strlen(*list) == length && g_ascii_strncasecmp(text, *list, length) == 0)
            return true;
    return false;
}

/* X-Triage-Id, if the mail is one that we wrote: it has a Message-ID of ours, and its sender is
 * proven to be of that domain.  The header alone is on every mail that we ever marked. */
static const char *own_mark(const Mail *mail, const char *header)
{
    const char *domain = address_domain(mail->message->message_id);

    if (!mail->message->authentication.proven ||
        !is_in(domain, strlen(domain), mail->trust->own_domains) ||
        !address_domains_align(address_domain(mail->view->from_address), domain))
        return NULL;
    return header_find(mail->view, header);
}

/* clang-format off */
static const Row rows[] = {
    { "X-Triage-Id", own_mark, is_there, "", AUTOMATIC_OWN, true, true },

    { "report-type", report_type, is_word, "feedback-report",
      AUTOMATIC_FEEDBACK, true, false },
    { "report-type", report_type, is_word, "delivery-status",
      AUTOMATIC_BOUNCE, true, true },
    { "X-Failed-Recipients", field, is_there, "", AUTOMATIC_BOUNCE, true, true },
    { "From", from_address, address_begins_with, "mailerdaemon", AUTOMATIC_BOUNCE, true, true },

    { "report-type", report_type, is_word, "disposition-notification",
      AUTOMATIC_AUTO_REPLY, true, true },
    { "Auto-Submitted", field, is_word, "auto-replied", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Autoreply", field, is_not_word, "no|false", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Autorespond", field, is_not_word, "no|false", AUTOMATIC_AUTO_REPLY, true, true },
    { "Precedence", field, is_word, "auto_reply|auto-reply", AUTOMATIC_AUTO_REPLY, true, true },
    { "Return-Path", envelope_sender, is_empty, "", AUTOMATIC_BOUNCE, true, true },

    { "List-Id", list_field, is_there, "", AUTOMATIC_LIST, true, false },
    { "List-Post", list_field, is_there, "", AUTOMATIC_LIST, true, false },
    { "List-Unsubscribe", list_field, is_there, "", AUTOMATIC_LIST, true, false },
    { "Mailing-List", list_field, is_there, "", AUTOMATIC_LIST, true, false },

    { "Auto-Submitted", answer_field, is_not_word, "no", AUTOMATIC_AUTO_REPLY, true, false },
    { "Auto-Submitted", field, is_not_word, "no", AUTOMATIC_AUTO_GENERATED, true, false },
    { "Precedence", field, is_word, "bulk|junk", AUTOMATIC_BULK, true, false },
    { "Precedence", list_field, is_word, "list", AUTOMATIC_BULK, true, false },
    { "Subject", subject, begins_with,
      "automatic reply:|auto-reply:|autoreply:|auto reply:|out of office|"
      "automatische antwort:|abwesenheitsnotiz|réponse automatique|respuesta automática",
      AUTOMATIC_AUTO_REPLY, true, false },
    /* DR, RN, NRN suppress receipts and say nothing about who wrote; None is a person's. */
    { "X-Auto-Response-Suppress", field, lists_word, "all|oof|autoreply",
      AUTOMATIC_AUTO_GENERATED, true, false },
    { "From", person_address, address_begins_with, "noreply|donotreply|nereply|nepasrepondre|"
      "keineantwort|noresponder", AUTOMATIC_AUTO_GENERATED, true, false },
};
/* clang-format on */

static const char *const kind_names[] = {
    [AUTOMATIC_NONE] = "none",
    [AUTOMATIC_AUTO_REPLY] = "auto-reply",
    [AUTOMATIC_AUTO_GENERATED] = "auto-generated",
    [AUTOMATIC_BOUNCE] = "bounce",
    [AUTOMATIC_LIST] = "list",
    [AUTOMATIC_BULK] = "bulk",
    [AUTOMATIC_FEEDBACK] = "feedback",
    [AUTOMATIC_OWN] = "own",
};

const char *automatic_kind_name(AutomaticKind kind)
{
    return kind_names[kind];
}

/* The id between the brackets of List-Id, RFC 2919 3. */
static bool is_own_id(const char *list_id, const MailTrust *trust)
{
    const char *open = strrchr(list_id, '<');
    const char *begin = open ? open + 1 : list_id;

    return is_in(begin, strcspn(begin, "> "), trust->own_lists);
}

static bool is_own_address(const char *list_post, const MailTrust *trust)
{
    const char *begin = strstr(list_post, "mailto:");

    if (!begin)
        return false;
    begin += strlen("mailto:");
    return is_in(begin, strcspn(begin, ">?, "), trust->own_lists);
}

static bool through_own_list(const HeaderView *view, const MailTrust *trust)
{
    const char *id = header_find(view, "List-Id");
    const char *post = header_find(view, "List-Post");

    return (id && is_own_id(id, trust)) || (post && is_own_address(post, trust));
}

static char *explain(const Row *row, const char *value)
{
    g_autofree char *line = text_line(*value ? value : "<>", WHY_VALUE_MAX);

    return g_strdup_printf("%s: %s", row->header, line);
}

void automatic_judge(const HeaderView *view, const Message *message, const MailTrust *trust,
                     Automatic *out)
{
    Mail mail = { view, message, trust, through_own_list(view, trust) };
    Automatic automatic = { .kind = AUTOMATIC_NONE };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *value = rows[i].value(&mail, rows[i].header);

        if (!value || !rows[i].fits(value, rows[i].words))
            continue;
        if (!automatic.why) {
            automatic.kind = rows[i].kind;
            automatic.why = explain(&rows[i], value);
        }
        automatic.must_not_reply |= rows[i].must_not_reply;
        automatic.skip |= rows[i].skip;
    }
    if (!automatic.why)
        automatic.why = g_strdup("");
    *out = automatic;
}
