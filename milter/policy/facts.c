/* What is known about one message: a value for each row of the fact table, or none.
 *
 * Texts are folded when they are set, once, so that a comparison neither allocates nor depends on
 * how a mail spells things.  What a customer's record leaves open (-1, an empty text, no match)
 * stays unknown here; of a mail only a missing sender does.  Belongs to one thread. */
#include "base/text.h"
#include "policy/fact_value.h"

#include <math.h>
#include <stdlib.h>

struct Facts {
    FactTable *table;
    FactValue *values; /* fact_table_size() of them */
};

Facts *facts_new(FactTable *table)
{
    Facts *facts = g_new0(Facts, 1);
    facts->table = fact_table_ref(table);
    facts->values = g_new0(FactValue, fact_table_size(table));
    return facts;
}

static void forget(FactValue *value)
{
    g_free(value->text);
    g_clear_pointer(&value->list, g_ptr_array_unref);
    *value = (FactValue){ .known = false };
}

void facts_free(Facts *facts)
{
    if (facts == NULL)
        return;
    for (guint i = 0; i < fact_table_size(facts->table); i++)
        forget(&facts->values[i]);
    g_free(facts->values);
    fact_table_unref(facts->table);
    g_free(facts);
}

const FactTable *facts_table(const Facts *facts)
{
    return facts->table;
}

const FactValue *facts_value(const Facts *facts, guint index)
{
    return &facts->values[index];
}

/* The value of a fact of ours, emptied, to be filled. */
static FactValue *fresh(Facts *facts, const char *name)
{
    int index = fact_find(facts->table, name);
    g_assert(index >= 0);
    forget(&facts->values[index]);
    return &facts->values[index];
}

void facts_set_number(Facts *facts, const char *name, double number)
{
    FactValue *value = fresh(facts, name);
    value->known = true;
    value->number = number;
}

static void set_yes_no(Facts *facts, const char *name, bool yes)
{
    facts_set_number(facts, name, yes ? 1 : 0);
}

/* Customers say "unknown" with a negative number, or with none. */
static void set_amount(Facts *facts, const char *name, double amount)
{
    if (amount >= 0)
        facts_set_number(facts, name, amount);
    else
        fresh(facts, name);
}

static void set_text(Facts *facts, const char *name, const char *text)
{
    FactValue *value = fresh(facts, name);
    value->known = true;
    value->text = text_fold(text);
}

static void set_text_if_any(Facts *facts, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        set_text(facts, name, text);
    else
        fresh(facts, name);
}

static void set_choice(Facts *facts, const char *name, const char *choice)
{
    FactValue *value = fresh(facts, name);
    const Fact *fact = fact_at(facts->table, (guint)fact_find(facts->table, name));
    value->known = fact_read_number(fact, choice, &value->number);
}

static GPtrArray *fresh_list(Facts *facts, const char *name)
{
    FactValue *value = fresh(facts, name);
    value->known = true;
    value->list = g_ptr_array_new_with_free_func(g_free);
    return value->list;
}

static void add_item(GPtrArray *list, const char *text)
{
    if (list->len < FACT_LIST_MAX)
        g_ptr_array_add(list, text_fold(text));
}

static void add_addresses(GPtrArray *list, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++)
        add_item(list, ((const MailAddress *)g_ptr_array_index(addresses, i))->address);
}

static void add_attachments(Facts *facts, const GPtrArray *attachments)
{
    facts_set_number(facts, "attachments", attachments->len);
    GPtrArray *names = fresh_list(facts, "attachment_names");
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < attachments->len; i++) {
        const Attachment *attachment = g_ptr_array_index(attachments, i);
        add_item(names, attachment->name);
        g_string_append_printf(text, "%s\n%s\n", attachment->name, attachment->text);
    }
    set_text(facts, "attachment_text", text->str);
}

static void add_recipients(Facts *facts, const Envelope *envelope, const Message *message)
{
    GPtrArray *to = fresh_list(facts, "to");
    for (guint i = 0; envelope != NULL && i < envelope->recipients->len; i++)
        add_item(to, g_ptr_array_index(envelope->recipients, i));
    add_addresses(to, message->to);
    add_addresses(to, message->cc);
}

void facts_add_mail(Facts *facts, const char *mailbox, const Envelope *envelope,
                    const Message *message)
{
    set_choice(facts, "mailbox", mailbox);
    set_text_if_any(facts, "from", message->from->address);
    set_text_if_any(facts, "from_domain", address_domain(message->from->address));
    set_text_if_any(facts, "from_name", message->from->name);
    add_recipients(facts, envelope, message);
    set_text(facts, "subject", message->subject);
    set_text(facts, "text", message->reply);
    set_text(facts, "whole_text", message->text);
    set_text(facts, "quoted", message->quoted);
    set_text_if_any(facts, "written_in", message->language ? message->language : "");
    add_attachments(facts, message->attachments);
    facts_set_number(facts, "size", (double)message->size);
    set_choice(facts, "automatic", automatic_kind_name(message->automatic.kind));
    set_yes_no(facts, "proven", message_person_is_proven(message));
    set_yes_no(facts, "spam", message->spam);
    set_yes_no(facts, "hidden_text", message->hidden_text);
    set_yes_no(facts, "forwarded", message->forwarded);
    set_choice(facts, "protected",
               protection_name(message->encrypted ? message->protection : PROTECTED_NONE));
}

static void add_thread(Facts *facts, const Thread *thread)
{
    guint open = 0;
    for (guint i = 0; i < thread->tickets->len; i++) {
        const ThreadTicket *ticket = g_ptr_array_index(thread->tickets, i);
        open += !g_str_equal(ticket->status, "closed");
    }
    set_yes_no(facts, "follow_up", thread->ticket_id != 0);
    facts_set_number(facts, "open_tickets", open);
}

static void add_lead(Facts *facts, const Customer *customer)
{
    set_text_if_any(facts, "lead_source", customer->lead_source);
    set_text_if_any(facts, "lead_stage", customer->lead_stage);
    set_amount(facts, "lead_budget", customer->lead_budget);
    set_yes_no(facts, "earlier_contact", customer->earlier_contact);
}

static void add_account(Facts *facts, const Customer *customer)
{
    set_text_if_any(facts, "customer_id", customer->id);
    set_text_if_any(facts, "company", customer->company);
    set_choice(facts, "customer_tier", customer->tier);
    set_amount(facts, "company_size", (double)customer->company_size);
    set_text_if_any(facts, "industry", customer->industry);
    set_text_if_any(facts, "owner", customer->owner);
    set_text_if_any(facts, "contact_title", customer->contact_title);
    set_amount(facts, "health_score", customer->health_score);
    set_choice(facts, "spending_trend", spending_trend_name(customer->trend));
    facts_set_number(facts, "open_issues", customer->issues->len);
}

void facts_add_customer(Facts *facts, const Thread *thread, const Customer *customer)
{
    if (thread != NULL)
        add_thread(facts, thread);
    if (customer == NULL)
        return;
    set_choice(facts, "match", customer_match_name(customer->match));
    if (customer->match == MATCH_EXACT || customer->match == MATCH_DOMAIN) {
        add_account(facts, customer);
        add_lead(facts, customer);
    }
}

static void add_field(FactValue *fact, const Field *field, const Value *value)
{
    fact->known = true;
    switch (field->type) {
    case FIELD_ENUM:
    case FIELD_ORDERED:
        fact->number = value->choice;
        return;
    case FIELD_NUMBER:
        fact->number = value->number;
        return;
    case FIELD_YES_NO:
        fact->number = value->yes ? 1 : 0;
        return;
    case FIELD_TEXT:
        fact->text = text_fold(value->text);
        return;
    case FIELD_LIST:
        fact->list = g_ptr_array_new_with_free_func(g_free);
        for (guint i = 0; i < value->list->len; i++)
            add_item(fact->list, g_ptr_array_index(value->list, i));
        return;
    }
}

/* Steps between two priorities; -1 if one of them has none. */
static double disagreement(const Verdict *one, const Verdict *other)
{
    if (one == NULL || other == NULL)
        return -1;
    const Field *priority = field_find(one->fields, "priority");
    const Value *mine = verdict_get(one, "priority"), *yours = verdict_get(other, "priority");
    bool comparable = priority != NULL && priority->type == FIELD_ORDERED && mine && yours;
    return comparable ? abs(mine->choice - yours->choice) : -1;
}

void facts_add_verdict(Facts *facts, const Judged *judged)
{
    const Verdict *verdict = judged->verdict;
    const FieldTable *fields = verdict->fields;
    for (guint i = 0; i < field_table_size(fields); i++) {
        const Field *field = field_at(fields, i);
        FactValue *fact = fresh(facts, field->name);
        if (verdict->values[i].known)
            add_field(fact, field, &verdict->values[i]);
    }
    set_amount(facts, "confidence", verdict->confidence);
    set_text_if_any(facts, "engine", judged->engine);
    set_amount(facts, "disagreement", disagreement(judged->baseline, judged->model));
    set_yes_no(facts, "quotes_failed", judged->quotes_failed);
}

static void set_list_text(Facts *facts, const char *name, const char *text)
{
    GPtrArray *list = fresh_list(facts, name);
    g_auto(GStrv) items = g_strsplit(text, ",", FACT_LIST_MAX + 1);
    for (guint i = 0; items[i] != NULL; i++)
        if (*g_strstrip(items[i]) != '\0')
            add_item(list, items[i]);
}

bool facts_set_text(Facts *facts, const char *name, const char *text)
{
    int index = fact_find(facts->table, name);
    if (index < 0)
        return false;
    const Fact *fact = fact_at(facts->table, (guint)index);
    double number;
    if (fact->type == FACT_TEXT)
        set_text(facts, name, text);
    else if (fact->type == FACT_LIST)
        set_list_text(facts, name, text);
    else if (fact_read_number(fact, text, &number))
        facts_set_number(facts, name, number);
    else
        return false;
    return true;
}

static char *list_text(const GPtrArray *list)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(list, i));
    return g_string_free(text, FALSE);
}

char *facts_value_text(const Facts *facts, guint index)
{
    const Fact *fact = fact_at(facts->table, index);
    const FactValue *value = &facts->values[index];
    if (!value->known)
        return NULL;
    switch (fact->type) {
    case FACT_TEXT:
        return g_strdup(value->text);
    case FACT_LIST:
        return list_text(value->list);
    case FACT_NUMBER:
        return text_number(value->number);
    case FACT_YES_NO:
        return g_strdup(value->number != 0 ? "yes" : "no");
    case FACT_ENUM:
    case FACT_ORDERED:
        return g_strdup(fact->values[(guint)value->number]);
    }
    return NULL;
}
