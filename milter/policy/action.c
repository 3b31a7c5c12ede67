/* The actions of rules: a row each, with what they take, how that is checked and what they do.
 *
 * Everything is checked when the policy is loaded; applying an action can't fail.  Nothing here
 * rejects or discards mail, and nothing takes a value out of a mail or a model's answer: what an
 * action says stands in the policy, or is the name of the account's owner. */
#include "policy/action.h"

#include "base/settings.h"
#include "base/text.h"
#include "mail/address.h"
#include "plan/mark.h"

#include <string.h>

#define TOKEN_MAX  40
#define REASON_MAX 200 /* bytes */

typedef struct {
    const ConfItem *item;
    const PolicySchema *schema;
    Diags *diags;
} Check;

typedef struct {
    Plan *plan;
    const char *owner;
} Target;

typedef struct {
    const char *name;
    guint max; /* values */
    bool repeats;
    /* Checks the values and puts their final form into the action. */
    void (*read)(Action *action, const Check *check);
    void (*apply)(const Action *action, const Target *target);
    const char *takes;
} ActionRow;

struct Action {
    const ActionRow *row;
    GPtrArray *texts; /* char* */
    gint64 duration;  /* ms */
};

static const char *text_at(const Action *action, guint index)
{
    return g_ptr_array_index(action->texts, index);
}

static const ConfValue *value_at(const ConfItem *item, guint index)
{
    return g_ptr_array_index(item->values, index);
}

static void keep(Action *action, const char *text)
{
    g_ptr_array_add(action->texts, g_strdup(text));
}

/* What the values must be. */

static void read_tokens(Action *action, const Check *check)
{
    for (guint i = 0; i < check->item->values->len; i++) {
        const ConfValue *value = value_at(check->item, i);
        if (text_is_token(value->text, TOKEN_MAX))
            keep(action, value->text);
        else
            diags_add(check->diags, value->place,
                      "'%s' is not a token: letters, digits, '.', '_' and '-', at most %d",
                      value->text, TOKEN_MAX);
    }
}

static void read_assignee(Action *action, const Check *check)
{
    const ConfValue *value = value_at(check->item, 0);
    g_autofree char *address = address_fold(value->text);
    if (text_is_token(value->text, TOKEN_MAX))
        keep(action, value->text);
    else if (address[0] != '\0')
        keep(action, address);
    else
        diags_add(check->diags, value->place,
                  "'%s' is neither a name, nor an address, nor 'owner' (the account's)",
                  value->text);
}

static void read_ticket(Action *action, const Check *check)
{
    const ConfValue *value = value_at(check->item, 0);
    if (g_str_equal(value->text, "yes") || g_str_equal(value->text, "no"))
        keep(action, value->text);
    else
        diags_add(check->diags, value->place, "ticket is yes or no, not '%s'", value->text);
}

static void read_review(Action *action, const Check *check)
{
    const ConfValue *value = value_at(check->item, 0);
    g_autofree char *reason = text_line(value->text, REASON_MAX);
    if (g_str_equal(value->text, "no"))
        diags_add(check->diags, value->place,
                  "review is yes or a reason; no rule can take it back");
    else if (reason[0] == '\0' || strlen(value->text) > REASON_MAX)
        diags_add(check->diags, value->place, "a reason has 1 to %d bytes", REASON_MAX);
    else
        keep(action, g_str_equal(value->text, "yes") ? "" : reason);
}

/* Is it a name of this kind?  If not, says which there are. */
static bool check_known(const Check *check, const ConfValue *value, const char *kind,
                        const char *const *known)
{
    static const char *const none[] = { NULL };
    known = known != NULL ? known : none;
    if (g_strv_contains(known, value->text))
        return true;
    const char *nearest = diags_nearest(value->text, known);
    g_autofree char *all = g_strjoinv(", ", (char **)known);
    if (nearest != NULL)
        diags_add(check->diags, value->place, "unknown %s '%s'; did you mean '%s'?", kind,
                  value->text, nearest);
    else if (known[0] != NULL)
        diags_add(check->diags, value->place, "unknown %s '%s'; there are: %s", kind, value->text,
                  all);
    else
        diags_add(check->diags, value->place, "unknown %s '%s'; there is none at all", kind,
                  value->text);
    return false;
}

/* A prompt that asks for a reply, and behind it a template for when no model answers; or a template
 * alone. */
static void read_draft(Action *action, const Check *check)
{
    const ConfValue *first = value_at(check->item, 0);
    bool alone = check->item->values->len == 1;
    const char *const *templates = check->schema->reply_templates;
    bool is_template = alone && templates != NULL && g_strv_contains(templates, first->text);
    if (is_template || check_known(check, first, "reply prompt", check->schema->reply_prompts))
        keep(action, first->text);
    if (!alone && check_known(check, value_at(check->item, 1), "reply template", templates))
        keep(action, value_at(check->item, 1)->text);
}

static void read_notify(Action *action, const Check *check)
{
    for (guint i = 0; i < check->item->values->len; i++) {
        const ConfValue *value = value_at(check->item, i);
        if (check_known(check, value, "notify block", check->schema->notify_names))
            keep(action, value->text);
    }
}

static void read_duration(Action *action, const Check *check)
{
    static const Setting duration = { .name = "answer_within",
                                      .type = SETTING_TYPE_DURATION,
                                      .min = 60.0 * 1000,
                                      .max = 90.0 * 24 * 3600 * 1000 };
    const ConfValue *value = value_at(check->item, 0);
    double milliseconds = 0;
    g_autofree char *why = NULL;
    if (settings_parse_number(&duration, value->text, &milliseconds, &why))
        action->duration = (gint64)milliseconds;
    else
        diags_add(check->diags, value->place, "%s", why);
}

/* NAME of X-Triage-NAME: not one of our own headers. */
static bool header_is_taken(const char *name)
{
    for (guint i = 0; mark_header_name(i) != NULL; i++)
        if (g_ascii_strcasecmp(mark_header_name(i), name) == 0)
            return true;
    return false;
}

static void read_header(Action *action, const Check *check)
{
    if (check->item->values->len != 2) {
        diags_add(check->diags, check->item->place,
                  "header takes a name and a value: header = Team, blue");
        return;
    }
    read_tokens(action, check);
    const ConfValue *name = value_at(check->item, 0);
    if (strpbrk(name->text, "._") != NULL)
        diags_add(check->diags, name->place, "a header's name has letters, digits and '-' alone");
    if (g_ascii_strncasecmp(name->text, "X-", 2) == 0)
        diags_add(check->diags, name->place,
                  "write the name without 'X-Triage-', which is put before it");
    if (header_is_taken(name->text))
        diags_add(check->diags, name->place, "X-Triage-%s is written by the program itself",
                  name->text);
}

static bool is_local(const char *address, const char *const *domains)
{
    for (guint i = 0; domains != NULL && domains[i] != NULL; i++)
        if (g_ascii_strcasecmp(address_domain(address), domains[i]) == 0)
            return true;
    return false;
}

static void read_addresses(Action *action, const Check *check)
{
    for (guint i = 0; i < check->item->values->len; i++) {
        const ConfValue *value = value_at(check->item, i);
        g_autofree char *address = address_fold(value->text);
        if (address[0] == '\0')
            diags_add(check->diags, value->place, "'%s' is not an address", value->text);
        else if (!is_local(address, check->schema->local_domains))
            diags_add(check->diags, value->place,
                      "'%s' is not in local_domains; mail is never sent elsewhere", value->text);
        else
            keep(action, address);
    }
}

/* What is done with them. */

static void apply_queue(const Action *action, const Target *target)
{
    plan_set(&target->plan->queue, text_at(action, 0));
}

/* Without an owner the ticket keeps the assignee it has. */
static void apply_assignee(const Action *action, const Target *target)
{
    const char *name = text_at(action, 0);
    if (g_str_equal(name, "owner"))
        name = target->owner;
    if (name[0] != '\0')
        plan_set(&target->plan->assignee, name);
}

static void apply_tags(const Action *action, const Target *target)
{
    for (guint i = 0; i < action->texts->len; i++)
        plan_add_tag(target->plan, text_at(action, i));
}

static void apply_ticket(const Action *action, const Target *target)
{
    if (target->plan->ticket != PLAN_TICKET_FOLLOW_UP)
        target->plan->ticket =
            g_str_equal(text_at(action, 0), "yes") ? PLAN_TICKET_NEW : PLAN_TICKET_NONE;
}

static void apply_review(const Action *action, const Target *target)
{
    plan_review(target->plan, text_at(action, 0));
}

static void apply_answer_within(const Action *action, const Target *target)
{
    target->plan->answer_within = action->duration;
}

static void apply_draft(const Action *action, const Target *target)
{
    plan_set(&target->plan->draft, text_at(action, 0));
    plan_set(&target->plan->draft_template, action->texts->len > 1 ? text_at(action, 1) : "");
}

static void apply_notify(const Action *action, const Target *target)
{
    for (guint i = 0; i < action->texts->len; i++)
        plan_add_notify(target->plan, text_at(action, i));
}

static void apply_header(const Action *action, const Target *target)
{
    plan_add_header(target->plan, text_at(action, 0), text_at(action, 1));
}

static void apply_add_recipient(const Action *action, const Target *target)
{
    for (guint i = 0; i < action->texts->len; i++)
        plan_add_recipient(target->plan, text_at(action, i));
}

static void apply_redirect(const Action *action, const Target *target)
{
    plan_set(&target->plan->redirect, text_at(action, 0));
}

static const ActionRow rows[] = {
    { "queue", 1, false, read_tokens, apply_queue, "a queue's name" },
    { "assignee", 1, false, read_assignee, apply_assignee, "a name or an address" },
    { "tags", 20, false, read_tokens, apply_tags, "up to 20 tokens" },
    { "ticket", 1, false, read_ticket, apply_ticket, "yes or no" },
    { "review", 1, false, read_review, apply_review, "yes, or a reason" },
    { "answer_within", 1, false, read_duration, apply_answer_within, "a time, as 4h" },
    { "draft", 2, false, read_draft, apply_draft, "a prompt and a template behind it" },
    { "notify", 20, false, read_notify, apply_notify, "up to 20 names" },
    { "header", 2, true, read_header, apply_header, "a name and a value" },
    { "add_recipient", 20, false, read_addresses, apply_add_recipient, "up to 20 addresses" },
    { "redirect", 1, false, read_addresses, apply_redirect, "an address" },
};

const char *const *policy_action_names(void)
{
    static const char *const names[] = { "queue",  "assignee",      "tags",     "ticket",
                                         "review", "answer_within", "draft",    "notify",
                                         "header", "add_recipient", "redirect", NULL };
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == G_N_ELEMENTS(rows) + 1);
    return names;
}

static const ActionRow *find_row(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_equal(rows[i].name, name))
            return &rows[i];
    return NULL;
}

static void say_unknown(const ConfItem *item, const PolicySchema *schema, Diags *diags)
{
    const char *nearest = diags_nearest(item->name, policy_action_names());
    g_autofree char *all = g_strjoinv(", ", (char **)policy_action_names());
    if (field_find(schema->fields, item->name) != NULL)
        diags_add(diags, item->place,
                  "a rule can't set the field '%s'; a fallback gives it, a floor raises it",
                  item->name);
    else if (nearest != NULL)
        diags_add(diags, item->place, "unknown action '%s'; did you mean '%s'?", item->name,
                  nearest);
    else
        diags_add(diags, item->place, "unknown action '%s'; there are: %s", item->name, all);
}

bool action_repeats(const char *name)
{
    const ActionRow *row = find_row(name);
    return row != NULL && row->repeats;
}

Action *action_read(const ConfItem *item, const PolicySchema *schema, Diags *diags)
{
    const Check check = { .item = item, .schema = schema, .diags = diags };
    guint faults = diags_count(diags);
    const ActionRow *row = find_row(item->name);
    if (row == NULL) {
        say_unknown(item, schema, diags);
        return NULL;
    }
    if (item->values->len > row->max) {
        diags_add(diags, value_at(item, row->max)->place, "too many values: %s takes %s", row->name,
                  row->takes);
        return NULL;
    }
    g_autoptr(Action) action = g_new0(Action, 1);
    action->row = row;
    action->texts = g_ptr_array_new_with_free_func(g_free);
    row->read(action, &check);
    return diags_count(diags) == faults ? g_steal_pointer(&action) : NULL;
}

void action_free(Action *action)
{
    if (action == NULL)
        return;
    g_ptr_array_unref(action->texts);
    g_free(action);
}

void action_apply(const Action *action, Plan *plan, const char *owner)
{
    const Target target = { .plan = plan, .owner = owner };
    action->row->apply(action, &target);
}
