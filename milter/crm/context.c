/* Fits what we know about a sender to a token budget, and keeps account of it: every part is in the
 * manifest, also one that was cut for want of room or withheld for want of proof.
 *
 * Proof is asked of the person the customer was looked up by.  It covers the From address alone: an
 * address out of a Reply-To is somebody's say-so, and what it opened could come back to them in an
 * answer.  Pure; any thread. */
#include "crm/context.h"

#include "base/json.h"
#include "crm/parts.h"

#include <string.h>

/* A shortened text under this many tokens says nothing. */
#define WORTH_TOKENS 12

#define ELLIPSIS " …\n"

/* Tokens, in quarters. */
static gint64 cost_of(const char *at)
{
    return (guchar)*at < 0x80 ? 1 : 4;
}

gint64 context_tokens(const char *text)
{
    gint64 quarters = 0;

    for (; *text; text = g_utf8_next_char(text))
        quarters += cost_of(text);
    return (quarters + 3) / 4;
}

/* The length of the longest start of `text` that costs at most `tokens`. */
static gsize fit_tokens(const char *text, gint64 tokens)
{
    const char *at = text;

    for (gint64 left = tokens * 4; *at && (left -= cost_of(at)) >= 0;)
        at = g_utf8_next_char(at);
    return (gsize)(at - text);
}

/* The first lines that fit; the first line is a heading and says nothing alone. */
static void shorten_lines(GString *text, gint64 tokens)
{
    const char *heading_end = strchr(text->str, '\n');
    gsize fit = fit_tokens(text->str, tokens);

    while (fit > 0 && text->str[fit - 1] != '\n')
        fit--;
    g_string_truncate(text, text->str + fit > heading_end + 1 ? fit : 0);
}

static void shorten_words(GString *text, gint64 tokens)
{
    gsize fit = fit_tokens(text->str, tokens - context_tokens(ELLIPSIS));

    while (fit > 0 && text->str[fit] != ' ')
        fit--;
    g_string_truncate(text, tokens < WORTH_TOKENS ? 0 : fit);
    if (text->len > 0)
        g_string_append(text, ELLIPSIS);
}

static void shorten(GString *text, PartShortens how, gint64 tokens)
{
    if (how == SHORTENS_LINES)
        shorten_lines(text, tokens);
    else if (how == SHORTENS_WORDS)
        shorten_words(text, tokens);
    else
        g_string_truncate(text, 0);
}

static void settle(ContextPart *part, ContextFate fate, const char *why)
{
    part->fate = fate;
    part->why = why;
}

/* Why a part stays closed, NULL if it opens. */
static const char *closed_why(PartOpens opens, const PartInput *input)
{
    if (opens == OPENS_TO_ANYBODY)
        return NULL;
    if (!input->proven)
        return "sender unproven";
    if (opens == OPENS_TO_EXACT && input->customer->match == MATCH_DOMAIN)
        return "match by domain";
    return NULL;
}

static void fit(ContextPart *part, GString *text, PartShortens how, gint64 budget)
{
    if (context_tokens(text->str) <= budget) {
        settle(part, CONTEXT_USED, "");
    } else {
        shorten(text, how, budget);
        settle(part, text->len > 0 ? CONTEXT_SHORTENED : CONTEXT_CUT, "budget");
    }
    g_free(part->text);
    part->text = g_strdup(text->str);
    part->tokens = context_tokens(part->text);
}

static void fill(ContextPart *part, const PartRule *rule, const PartInput *input, gint64 budget)
{
    const char *closed = closed_why(rule->opens, input);
    g_autoptr(GString) text = g_string_new(NULL);

    rule->write(text, input);
    if (text->len == 0)
        settle(part, CONTEXT_EMPTY, "");
    else if (closed)
        settle(part, CONTEXT_WITHHELD, closed);
    else
        fit(part, text, rule->shortens, budget);
}

static gint64 written_at(const char *source, const PartInput *input)
{
    gint64 newest = 0;

    if (strcmp(source, "crm") == 0)
        return input->customer->updated;
    if (strcmp(source, "store") == 0)
        for (guint i = 0; i < input->thread->tickets->len; i++)
            newest = MAX(newest, ((ThreadTicket *)input->thread->tickets->pdata[i])->updated);
    return newest;
}

static ContextPart *part_new(const PartRule *rule, const PartInput *input, gint64 now)
{
    ContextPart *part = g_new0(ContextPart, 1);
    gint64 written = written_at(rule->source, input);

    part->name = rule->name;
    part->source = rule->source;
    part->text = g_strdup("");
    part->age = written > 0 ? MAX(now - written, 0) : -1;
    return part;
}

static void part_free(gpointer data)
{
    ContextPart *part = data;

    g_free(part->text);
    g_free(part);
}

Context *context_build(const Customer *customer, const Thread *thread, const Message *message,
                       gint64 budget, gint64 now)
{
    Context *context = g_new0(Context, 1);
    PartInput input = { customer, thread, message, message_person_is_proven(message) };
    GString *text = g_string_new(NULL);

    context->parts = g_ptr_array_new_with_free_func(part_free);
    for (gsize i = 0; i < PARTS; i++) {
        ContextPart *part = part_new(&part_rules[i], &input, now);

        fill(part, &part_rules[i], &input, budget - context->tokens);
        context->tokens += part->tokens;
        g_string_append(text, part->text);
        g_ptr_array_add(context->parts, part);
    }
    context->text = g_string_free(text, FALSE);
    return context;
}

void context_free(Context *context)
{
    if (!context)
        return;
    g_ptr_array_unref(context->parts);
    g_free(context->text);
    g_free(context);
}

const char *context_fate_name(ContextFate fate)
{
    static const char *const names[] = {
        [CONTEXT_USED] = "used",         [CONTEXT_SHORTENED] = "shortened", [CONTEXT_CUT] = "cut",
        [CONTEXT_WITHHELD] = "withheld", [CONTEXT_EMPTY] = "empty",
    };

    return names[fate];
}

static cJSON *part_to_json(const ContextPart *part)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "name", part->name);
    cJSON_AddStringToObject(row, "source", part->source);
    cJSON_AddNumberToObject(row, "age", (double)part->age);
    cJSON_AddNumberToObject(row, "tokens", (double)part->tokens);
    cJSON_AddStringToObject(row, "fate", context_fate_name(part->fate));
    cJSON_AddStringToObject(row, "why", part->why);
    return row;
}

char *context_manifest(const Context *context)
{
    g_autoptr(cJSON) rows = cJSON_CreateArray();

    for (guint i = 0; i < context->parts->len; i++)
        cJSON_AddItemToArray(rows, part_to_json(context->parts->pdata[i]));
    return json_print(rows);
}
