/* The table of what conditions may ask.
 *
 * Our own facts are the rows below, in the order in which the manual lists them; every field of the
 * field table follows as a fact of the verdict's phase.  A policy is checked against this table
 * when it is loaded, so that a wrong word never waits for a mail.  The values of one message are in
 * facts.c.  A table doesn't change once it is made; any thread may read it. */
#include "policy/fact.h"

#include "policy/fact_value.h"

#include <float.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

struct FactTable {
    atomic_int references;
    FieldTable *fields;
    char **tiers, **mailboxes;
    GPtrArray *choices; /* arrays of const char*: the values of the fields' facts */
    GArray *facts;      /* Fact */
    GPtrArray *names;   /* const char*, with a NULL at the end */
    GHashTable *by_name;
};

/* The names that automatic_kind_name() and its like give. */
static const char *const automatic_values[] = { "none",     "auto-reply", "auto-generated",
                                                "bounce",   "list",       "bulk",
                                                "feedback", "own",        "calendar",
                                                NULL };
static const char *const protected_values[] = { "none", "pgp", "smime", "portal", NULL };
static const char *const match_values[] = { "none", "exact", "domain", "ambiguous", NULL };
static const char *const trend_values[] = { "increasing", "stable", "decreasing", "new_customer",
                                            NULL };
static const char *const no_values[] = { NULL };

#define TEXT(n, p, h)                                                                              \
    {                                                                                              \
        .name = n, .type = FACT_TEXT, .phase = p, .help = h                                        \
    }
#define LIST(n, p, h)                                                                              \
    {                                                                                              \
        .name = n, .type = FACT_LIST, .phase = p, .help = h                                        \
    }
#define YES_NO(n, p, h)                                                                            \
    {                                                                                              \
        .name = n, .type = FACT_YES_NO, .phase = p, .help = h                                      \
    }
#define NUMBER(n, p, lo, hi, h)                                                                    \
    {                                                                                              \
        .name = n, .type = FACT_NUMBER, .phase = p, .help = h, .min = lo, .max = hi                \
    }
#define ENUM(n, p, v, h)                                                                           \
    {                                                                                              \
        .name = n, .type = FACT_ENUM, .phase = p, .help = h, .values = v                           \
    }
#define ORDERED(n, p, v, h)                                                                        \
    {                                                                                              \
        .name = n, .type = FACT_ORDERED, .phase = p, .help = h, .values = v                        \
    }

static const Fact rows[] = {
    ENUM("mailbox", PHASE_MAIL, NULL, "the mailbox that is judged"),
    TEXT("from", PHASE_MAIL, "the address in From"),
    TEXT("from_domain", PHASE_MAIL, "its domain"),
    TEXT("from_name", PHASE_MAIL, "the name beside it"),
    LIST("to", PHASE_MAIL, "the addresses it is delivered to, and those in To and Cc"),
    TEXT("subject", PHASE_MAIL, "the subject"),
    TEXT("text", PHASE_MAIL, "what the sender wrote anew"),
    TEXT("whole_text", PHASE_MAIL, "the whole text, quotes and signature too"),
    TEXT("quoted", PHASE_MAIL, "what the sender quotes"),
    TEXT("written_in", PHASE_MAIL, "the language of the new text, such as de, if it is evident"),
    NUMBER("attachments", PHASE_MAIL, 0, DBL_MAX, "how many attachments there are"),
    LIST("attachment_names", PHASE_MAIL, "their file names"),
    TEXT("attachment_text", PHASE_MAIL,
         "what a model sees of them: names, and text of small files"),
    NUMBER("size", PHASE_MAIL, 0, DBL_MAX, "bytes of the whole mail"),
    ENUM("automatic", PHASE_MAIL, automatic_values, "what kind of automatic mail it is"),
    YES_NO("proven", PHASE_MAIL, "the sender's address is authenticated"),
    YES_NO("spam", PHASE_MAIL, "a filter before us marked it as spam"),
    YES_NO("hidden_text", PHASE_MAIL, "it hides text from the reader"),
    YES_NO("forwarded", PHASE_MAIL, "somebody passes another's mail on"),
    ENUM("protected", PHASE_MAIL, protected_values, "how it is encrypted"),

    ENUM("match", PHASE_CUSTOMER, match_values, "how the sender was found among the customers"),
    TEXT("customer_id", PHASE_CUSTOMER, "the customer's key"),
    TEXT("company", PHASE_CUSTOMER, "the company's name"),
    ORDERED("customer_tier", PHASE_CUSTOMER, NULL, "the site's tiers, lowest first"),
    NUMBER("company_size", PHASE_CUSTOMER, 0, DBL_MAX, "how many people work there"),
    TEXT("industry", PHASE_CUSTOMER, "the company's industry"),
    TEXT("owner", PHASE_CUSTOMER, "who owns the account"),
    TEXT("contact_title", PHASE_CUSTOMER, "the sender's title"),
    TEXT("lead_source", PHASE_CUSTOMER, "where the lead came from"),
    TEXT("lead_stage", PHASE_CUSTOMER, "how far the lead is"),
    NUMBER("lead_budget", PHASE_CUSTOMER, 0, DBL_MAX, "the lead's budget"),
    YES_NO("earlier_contact", PHASE_CUSTOMER, "we have spoken before"),
    NUMBER("health_score", PHASE_CUSTOMER, 0, 100, "how well the account does"),
    ENUM("spending_trend", PHASE_CUSTOMER, trend_values, "30 days against the 30 before"),
    NUMBER("open_issues", PHASE_CUSTOMER, 0, DBL_MAX, "the worst open issues, 3 at most"),
    YES_NO("follow_up", PHASE_CUSTOMER, "it belongs to a ticket of ours"),
    NUMBER("open_tickets", PHASE_CUSTOMER, 0, DBL_MAX, "our tickets with them, not closed"),

    NUMBER("score", PHASE_SCORE, -DBL_MAX, DBL_MAX, "the sum of the score entries' points"),

    NUMBER("confidence", PHASE_VERDICT, 0, 1, "how sure the verdict is"),
    TEXT("engine", PHASE_VERDICT, "who judged: llm, cache, fallback, skipped, late"),
    NUMBER("disagreement", PHASE_VERDICT, 0, DBL_MAX,
           "steps between the model's priority and the baseline's"),
    YES_NO("quotes_failed", PHASE_VERDICT, "the model quoted what doesn't stand in the mail"),
};

static const struct {
    FieldType field;
    FactType fact;
} types[] = {
    { FIELD_ENUM, FACT_ENUM },     { FIELD_ORDERED, FACT_ORDERED }, { FIELD_NUMBER, FACT_NUMBER },
    { FIELD_YES_NO, FACT_YES_NO }, { FIELD_TEXT, FACT_TEXT },       { FIELD_LIST, FACT_LIST },
};

static FactType type_of_field(FieldType type)
{
    guint row = 0;
    while (types[row].field != type)
        row++;
    return types[row].fact;
}

static const char *const *choices_of_field(FactTable *table, const Field *field)
{
    const char **tokens = g_new0(const char *, field->choices->len + 1);
    for (guint i = 0; i < field->choices->len; i++)
        tokens[i] = ((const FieldChoice *)g_ptr_array_index(field->choices, i))->token;
    g_ptr_array_add(table->choices, tokens);
    return tokens;
}

static void add(FactTable *table, const Fact *fact)
{
    g_hash_table_insert(table->by_name, (gpointer)fact->name, GUINT_TO_POINTER(table->facts->len));
    g_array_append_vals(table->facts, fact, 1);
    g_ptr_array_add(table->names, (gpointer)fact->name);
}

static void add_own(FactTable *table)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        Fact fact = rows[i];
        if (g_str_equal(fact.name, "mailbox"))
            fact.values = (const char *const *)table->mailboxes;
        else if (g_str_equal(fact.name, "customer_tier"))
            fact.values = (const char *const *)table->tiers;
        add(table, &fact);
    }
}

static void add_field(FactTable *table, const Field *field, Diags *diags)
{
    if (g_hash_table_contains(table->by_name, field->name)) {
        diags_add(diags, field->place,
                  "a field can't be called '%s': conditions know a fact of that name; take another",
                  field->name);
        return;
    }
    Fact fact = { .name = field->name,
                  .type = type_of_field(field->type),
                  .phase = PHASE_VERDICT,
                  .help = field->label,
                  .min = field->min,
                  .max = field->max };
    if (fact.type == FACT_ENUM || fact.type == FACT_ORDERED)
        fact.values = choices_of_field(table, field);
    add(table, &fact);
}

FactTable *fact_table_new(FieldTable *fields, const char *const *tiers,
                          const char *const *mailboxes, Diags *diags)
{
    FactTable *table = g_new0(FactTable, 1);
    atomic_init(&table->references, 1);
    table->fields = field_table_ref(fields);
    table->tiers = g_strdupv((char **)(tiers != NULL ? tiers : no_values));
    table->mailboxes = g_strdupv((char **)(mailboxes != NULL ? mailboxes : no_values));
    table->choices = g_ptr_array_new_with_free_func(g_free);
    table->facts = g_array_new(FALSE, FALSE, sizeof(Fact));
    table->names = g_ptr_array_new();
    table->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    add_own(table);
    for (guint i = 0; i < field_table_size(fields); i++)
        add_field(table, field_at(fields, i), diags);
    g_ptr_array_add(table->names, NULL);
    return table;
}

FactTable *fact_table_ref(FactTable *table)
{
    atomic_fetch_add(&table->references, 1);
    return table;
}

void fact_table_unref(FactTable *table)
{
    if (table == NULL || atomic_fetch_sub(&table->references, 1) > 1)
        return;
    g_hash_table_unref(table->by_name);
    g_ptr_array_unref(table->names);
    g_array_unref(table->facts);
    g_ptr_array_unref(table->choices);
    g_strfreev(table->mailboxes);
    g_strfreev(table->tiers);
    field_table_unref(table->fields);
    g_free(table);
}

guint fact_table_size(const FactTable *table)
{
    return table->facts->len;
}

const Fact *fact_at(const FactTable *table, guint index)
{
    return &g_array_index(table->facts, Fact, index);
}

int fact_find(const FactTable *table, const char *name)
{
    gpointer index;
    if (!g_hash_table_lookup_extended(table->by_name, name, NULL, &index))
        return -1;
    return (int)GPOINTER_TO_UINT(index);
}

const char *const *fact_names(const FactTable *table)
{
    return (const char *const *)table->names->pdata;
}

static bool read_rank(const char *const *values, const char *text, double *number)
{
    for (guint i = 0; values[i] != NULL; i++) {
        if (g_ascii_strcasecmp(values[i], text) == 0) {
            *number = i;
            return true;
        }
    }
    return false;
}

/* Decimal: no hexadecimal digits, no "inf". */
bool fact_is_number(const char *text)
{
    char *end = NULL;
    g_ascii_strtod(text, &end);
    return end != text && *end == '\0' && text[strspn(text, "0123456789.+-eE")] == '\0';
}

static bool read_decimal(const Fact *fact, const char *text, double *number)
{
    return fact_is_number(text) && isfinite(*number = g_ascii_strtod(text, NULL)) &&
           *number >= fact->min && *number <= fact->max;
}

bool fact_read_number(const Fact *fact, const char *text, double *number)
{
    static const char *const yes_no[] = { "no", "yes", NULL };
    switch (fact->type) {
    case FACT_NUMBER:
        return read_decimal(fact, text, number);
    case FACT_YES_NO:
        return read_rank(yes_no, text, number);
    case FACT_ENUM:
    case FACT_ORDERED:
        return read_rank(fact->values, text, number);
    case FACT_TEXT:
    case FACT_LIST:
        break;
    }
    return false;
}
