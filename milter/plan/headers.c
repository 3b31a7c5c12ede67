/* What each X-Triage-* header says.
 *
 * A row per header.  Values are ASCII tokens or bounded numbers: what stems from outside (a
 * customer's id, a tier) goes through print_token(), which lets nothing through that could end a
 * header, open a comment or pass for a second parameter.  Free text of a mail or a model has no
 * row, on purpose. */
#include "plan/headers.h"

#include <math.h>
#include <string.h>

#define TOKEN_MAX 64

static void print_token(GString *out, const char *text)
{
    for (gsize i = 0; i < TOKEN_MAX && text[i] != '\0'; i++) {
        bool plain = g_ascii_isalnum(text[i]) || strchr("._@+-", text[i]) != NULL;
        g_string_append_c(out, plain ? text[i] : '_');
    }
}

static void print_parameter(GString *out, const char *key, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    g_string_append_printf(out, "; %s=", key);
    print_token(out, value);
}

static void print_field(GString *out, const Mark *mark, const char *field)
{
    print_token(out, verdict_token(mark->verdict, field));
}

static void print_id(GString *out, const Mark *mark)
{
    print_token(out, mark->decision_id);
}

static void print_mailbox(GString *out, const Mark *mark)
{
    print_token(out, mark->mailbox);
}

static void print_queue(GString *out, const Mark *mark)
{
    print_token(out, mark->plan->queue);
}

static void print_priority(GString *out, const Mark *mark)
{
    print_field(out, mark, "priority");
}

static void print_urgency(GString *out, const Mark *mark)
{
    print_field(out, mark, "urgency_level");
}

static void print_category(GString *out, const Mark *mark)
{
    print_field(out, mark, "category");
}

static void print_kind(GString *out, const Mark *mark)
{
    print_field(out, mark, "kind");
}

static void print_tags(GString *out, const Mark *mark)
{
    const GPtrArray *tags = mark->plan->tags;
    for (guint i = 0; i < tags->len && out->len < MARK_VALUE_MAX - TOKEN_MAX; i++) {
        if (i > 0)
            g_string_append(out, ", ");
        print_token(out, g_ptr_array_index(tags, i));
    }
}

static void print_review(GString *out, const Mark *mark)
{
    if (mark->plan->review)
        g_string_append(out, "yes");
}

static void print_ticket(GString *out, const Mark *mark)
{
    print_token(out, mark->ticket);
}

static void print_next(GString *out, const Mark *mark)
{
    print_field(out, mark, "recommended_action");
}

static void print_intent(GString *out, const Mark *mark)
{
    const Value *intent = verdict_get(mark->verdict, "intent_score");
    if (intent != NULL)
        g_string_append_printf(out, "%.2f", CLAMP(intent->number, 0.0, 1.0));
}

static void print_sentiment(GString *out, const Mark *mark)
{
    print_field(out, mark, "customer_sentiment");
}

static void print_confidence(GString *out, const Mark *mark)
{
    if (mark->verdict->confidence < 0)
        return;
    g_string_append_printf(out, "%.2f", fmin(mark->verdict->confidence, 1.0));
    print_parameter(out, "source", mark->verdict->confidence_source);
}

static void print_customer(GString *out, const Mark *mark)
{
    const Customer *customer = mark->customer;
    if (customer == NULL)
        return;
    print_token(out, customer->id[0] != '\0' ? customer->id : "-");
    print_parameter(out, "tier", customer->tier);
    print_parameter(out, "match", customer_match_name(customer->match));
    print_parameter(out, "proven", mark->proven ? "yes" : "no");
    if (mark->proven)
        print_parameter(out, "by", mark->proven_by);
}

const HeaderRow header_rows[] = {
    { "Id", MARK_ID, print_id },
    { "Mailbox", MARK_ROUTING, print_mailbox },
    { "Queue", MARK_ROUTING, print_queue },
    { "Priority", MARK_ROUTING, print_priority },
    { "Urgency", MARK_ROUTING, print_urgency },
    { "Category", MARK_ROUTING, print_category },
    { "Kind", MARK_ROUTING, print_kind },
    { "Tags", MARK_ROUTING, print_tags },
    { "Review", MARK_ROUTING, print_review },
    { "Ticket", MARK_ROUTING, print_ticket },
    { "Next", MARK_ROUTING, print_next },
    { "Intent", MARK_FULL, print_intent },
    { "Sentiment", MARK_FULL, print_sentiment },
    { "Confidence", MARK_FULL, print_confidence },
    { "Customer", MARK_FULL, print_customer },
    { NULL, MARK_ID, NULL },
};

const char *status_name(Status status)
{
    static const char *const names[] = { "llm", "cache", "fallback", "skipped", "failed" };
    return names[status];
}

void header_print_status(GString *out, const Mark *mark)
{
    g_string_append(out, status_name(mark->status));
    print_parameter(out, "why", mark->why);
    g_string_append_printf(out, "; ms=%" G_GINT64_FORMAT, CLAMP(mark->ms, 0, 9999999));
    print_parameter(out, "prompt", mark->prompt);
    print_parameter(out, "crm", mark->crm_unreadable ? "unreadable" : "");
}

const char *mark_header_name(guint index)
{
    if (index == 0)
        return "Status";
    return index < G_N_ELEMENTS(header_rows) ? header_rows[index - 1].name : NULL;
}
