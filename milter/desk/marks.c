/* What must be looked at in the text of a draft: found when it is written and with each edit,
 * stored with it, asked for at its approval.
 *
 * A text is checked against what it may rely on: the mails of its thread and its sources, but for
 * those that are replies to others. */
#include "desk/marks.h"

#include "base/error.h"
#include "base/json.h"
#include "desk/draft.h"

#include <string.h>

/* ── found ── */

static void add_text(GPtrArray *texts, const char *text)
{
    if (text != NULL && text[0] != '\0')
        g_ptr_array_add(texts, (char *)text);
}

static void add_mails(GPtrArray *texts, const GPtrArray *mails)
{
    for (guint i = 0; i < mails->len; i++) {
        const StoredMail *mail = g_ptr_array_index(mails, i);
        add_text(texts, mail->message->subject);
        add_text(texts, mail->message->text);
        add_text(texts, mail->message->person->name);
    }
}

/* A source says by its kind whether the text may rely on it. */
static void add_sources(GPtrArray *texts, GPtrArray *foreign, const cJSON *sources)
{
    const cJSON *source;
    cJSON_ArrayForEach(source, sources)
    {
        bool to_others = g_strcmp0(json_text_at(source, "kind"), "example") == 0;
        add_text(to_others ? foreign : texts, json_text_at(source, "text"));
    }
}

static void add_names(GPtrArray *names, char *const *list)
{
    for (; list != NULL && *list != NULL; list++)
        g_ptr_array_add(names, *list);
}

static void add_addresses(GPtrArray *known, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++)
        add_text(known, ((const MailAddress *)addresses->pdata[i])->address);
}

static GPtrArray *known_addresses(const Site *site, const Draft *draft)
{
    const Mailbox *mailbox = site_mailbox(site, draft->mailbox);
    GPtrArray *known = g_ptr_array_new();
    add_names(known, mailbox != NULL ? mailbox->address : NULL);
    add_addresses(known, draft->to);
    add_addresses(known, draft->cc);
    return known;
}

/* The house's own domains, and those of the brand it writes as. */
static GPtrArray *link_domains(const Site *site, const Draft *draft)
{
    const Mailbox *mailbox = site_mailbox(site, draft->mailbox);
    GPtrArray *domains = g_ptr_array_new();
    add_names(domains, site->local_domains);
    if (mailbox != NULL && mailbox->look != NULL)
        add_names(domains, mailbox->look->link_domains);
    return domains;
}

static cJSON *mark_json(const DraftMark *mark)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "kind", draft_mark_kinds[mark->kind].name);
    cJSON_AddNumberToObject(json, "start", (double)mark->start);
    cJSON_AddNumberToObject(json, "length", (double)mark->length);
    cJSON_AddStringToObject(json, "text", mark->text);
    cJSON_AddStringToObject(json, "why", mark->why);
    if (!mark->confirmable)
        cJSON_AddTrueToObject(json, "must_edit");
    return json;
}

static const char *const *ended(GPtrArray *list)
{
    g_ptr_array_add(list, NULL);
    return (const char *const *)list->pdata;
}

char *desk_draft_marks(const Site *site, const Draft *draft, const GPtrArray *mails,
                       const char *text, guint words_min, guint words_max)
{
    g_autoptr(cJSON) sources = json_parse(draft->sources, strlen(draft->sources), NULL);
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    g_autoptr(GPtrArray) foreign = g_ptr_array_new();
    g_autoptr(GPtrArray) addresses = known_addresses(site, draft);
    g_autoptr(GPtrArray) domains = link_domains(site, draft);
    add_mails(texts, mails);
    add_sources(texts, foreign, sources);
    const DraftInput input = { .text = text,
                               .sources = ended(texts),
                               .foreign = ended(foreign),
                               .link_domains = ended(domains),
                               .addresses = ended(addresses),
                               .words_min = words_min,
                               .words_max = words_max,
                               .language = draft->language };
    g_autoptr(GPtrArray) marks = draft_check(&input);
    g_autoptr(cJSON) list = cJSON_CreateArray();
    for (guint i = 0; i < marks->len; i++)
        cJSON_AddItemToArray(list, mark_json(g_ptr_array_index(marks, i)));
    return json_print(list);
}

/* ── asked for ── */

/* A kind that only another program knows is not confirmed here. */
static const DraftMarkRow *kind_of(const cJSON *mark)
{
    static const DraftMarkRow unknown = { .name = "mark", .confirmable = false };
    const char *name = json_text_at(mark, "kind");
    for (int kind = 0; kind < DRAFT_MARK_KINDS; kind++) {
        if (g_strcmp0(draft_mark_kinds[kind].name, name) == 0)
            return &draft_mark_kinds[kind];
    }
    return &unknown;
}

bool desk_mark_is_confirmable(const cJSON *mark)
{
    return kind_of(mark)->confirmable && !cJSON_IsTrue(json_at(mark, "must_edit"));
}

static bool check_confirmable(const cJSON *marks, GError **error)
{
    const cJSON *mark;
    cJSON_ArrayForEach(mark, marks)
    {
        const char *why = json_text_at(mark, "why");
        if (desk_mark_is_confirmable(mark))
            continue;
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "the text can't go as it is: %s; edit it", why != NULL ? why : "a mark");
        return false;
    }
    return true;
}

/* Sets those of the `count` marks that the list names. */
static bool read_confirmed(const char *list, guint count, bool *confirmed, GError **error)
{
    g_auto(GStrv) numbers = g_strsplit(list, ",", -1);
    for (char **number = numbers; *number != NULL; number++) {
        gint64 value;
        if (!g_ascii_string_to_signed(g_strstrip(*number), 10, 1, G_MAXINT, &value, NULL) ||
            value > count) {
            g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                        "there is no mark '%s' to confirm; expected numbers from 1 to %u with "
                        "commas between, or all",
                        *number, count);
            return false;
        }
        confirmed[value - 1] = true;
    }
    return true;
}

static bool check_confirmed(const bool *confirmed, guint count, GError **error)
{
    g_autoptr(GString) open = g_string_new(NULL);
    guint left = 0;
    for (guint i = 0; i < count; i++) {
        if (!confirmed[i])
            g_string_append_printf(open, "%s%u", left++ > 0 ? "," : "", i + 1);
    }
    if (left > 0)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    left == 1 ? "mark %s is to be confirmed: look at what it says"
                              : "marks %s are to be confirmed: look at what they say",
                    open->str);
    return left == 0;
}

bool marks_allow(const cJSON *marks, const char *confirm, GError **error)
{
    guint count = (guint)cJSON_GetArraySize(marks);
    g_autofree bool *confirmed = g_new0(bool, count);
    if (!check_confirmable(marks, error))
        return false;
    if (g_strcmp0(confirm, "all") == 0)
        return true;
    if (confirm != NULL && !read_confirmed(confirm, count, confirmed, error))
        return false;
    return check_confirmed(confirmed, count, error);
}
