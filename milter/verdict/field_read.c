/* Reads `field` items of the configuration into rows of the field table.
 *
 * A field with a fault is reported, with all its faults, and left out; the others are read on.
 * What is checked here is each row by itself and against the rows before it; whether a policy or
 * a prompt uses the fields rightly is theirs to ask. */
#include "verdict/field_read.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

typedef struct {
    const ConfItem *item;
    guint next;       /* the token of the head that is read next */
    const char *type; /* the word that said the type, NULL so far */
    Field *field;
    Diags *diags;
} Reader;

static void choice_free(FieldChoice *choice)
{
    g_free(choice->token);
    g_free(choice->label);
    g_free(choice->makes);
    g_free(choice);
}

static void field_free(Field *field)
{
    g_free(field->name);
    g_free(field->label);
    g_ptr_array_unref(field->choices);
    g_free(field);
}

static Field *field_new(const char *name, Place place)
{
    Field *field = g_new0(Field, 1);

    field->name = g_strdup(name);
    field->label = g_strdup(name);
    field->choices = g_ptr_array_new_with_free_func((GDestroyNotify)choice_free);
    field->place = place;
    return field;
}

static const Token *next_token(Reader *reader)
{
    if (reader->next >= reader->item->head->len)
        return NULL;
    return reader->item->head->pdata[reader->next++];
}

static void add_unknown_word(Diags *diags, const Token *token, const char *const *known)
{
    const char *meant = diags_nearest(token->text, known);
    g_autofree char *all = g_strjoinv(", ", (char **)known);

    if (meant)
        diags_add(diags, token->place, "unknown word '%s'; did you mean '%s'?", token->text, meant);
    else
        diags_add(diags, token->place, "unknown word '%s'; known are: %s", token->text, all);
}

/* "0-1", "-5-5": two numbers without exponent, the smaller first. */
static bool parse_range(const char *text, double *min, double *max)
{
    char *end;

    if (strspn(text, "0123456789.-") != strlen(text))
        return false;
    *min = g_ascii_strtod(text, &end);
    if (end == text || *end != '-')
        return false;
    text = end + 1;
    *max = g_ascii_strtod(text, &end);
    return end != text && !*end && isfinite(*min) && isfinite(*max) && *min <= *max;
}

static bool is_whole(double number)
{
    return fabs(number) <= FIELD_WHOLE_MAX && floor(number) == number;
}

/* The range behind a type's word; false if it was refused. */
static bool read_range(Reader *reader, const char *expected, bool whole, double *min, double *max)
{
    const Token *token = next_token(reader);

    if (token && parse_range(token->text, min, max) &&
        (!whole || (is_whole(*min) && is_whole(*max))))
        return true;
    diags_add(reader->diags, token ? token->place : reader->item->place,
              "'%s' needs %s behind it, the smaller first", reader->type, expected);
    return false;
}

/* A range of counts, from 0 to `limit`. */
static bool read_counts(Reader *reader, const char *expected, guint limit, guint *min, guint *max)
{
    double low, high;

    if (!read_range(reader, expected, true, &low, &high))
        return false;
    if (low < 0 || high < 1 || high > limit) {
        const Token *token = reader->item->head->pdata[reader->next - 1];

        diags_add(reader->diags, token->place, "'%s' is out of range; %s, at most %u", token->text,
                  expected, limit);
        return false;
    }
    *min = (guint)low;
    *max = (guint)high;
    return true;
}

static void read_number(Reader *reader)
{
    Field *field = reader->field;

    field->whole = strcmp(reader->type, "whole") == 0;
    read_range(reader, field->whole ? "whole numbers like 1-720" : "numbers like 0-1", field->whole,
               &field->min, &field->max);
}

static void read_text(Reader *reader)
{
    const Token *token = next_token(reader);
    guint64 max = 0;

    if (!token || !g_ascii_string_to_unsigned(token->text, 10, 1, FIELD_TEXT_MAX, &max, NULL))
        diags_add(reader->diags, token ? token->place : reader->item->place,
                  "'text' needs its longest length behind it, 1 to %d characters", FIELD_TEXT_MAX);
    reader->field->max_length = (gsize)max;
}

static void read_list(Reader *reader)
{
    Field *field = reader->field;
    const Token *of;
    guint min, max;

    if (!read_counts(reader, "how many items, like 1-5", FIELD_ITEMS_MAX, &field->min_items,
                     &field->max_items))
        return;
    of = next_token(reader);
    if (!of || !token_is(of, TOKEN_WORD, "of")) {
        diags_add(reader->diags, of ? of->place : reader->item->place,
                  "expected 'of' and the length of an item: list 1-5 of 10-200");
        return;
    }
    if (!read_counts(reader, "an item's length in characters, like 10-200", FIELD_TEXT_MAX, &min,
                     &max))
        return;
    field->min_length = min;
    field->max_length = max;
}

static void read_nothing(Reader *reader)
{
    (void)reader;
}

static const struct {
    const char *word;
    FieldType type;
    void (*read)(Reader *reader);
} types[] = {
    { "ordered", FIELD_ORDERED, read_nothing }, { "text", FIELD_TEXT, read_text },
    { "list", FIELD_LIST, read_list },          { "number", FIELD_NUMBER, read_number },
    { "whole", FIELD_NUMBER, read_number },     { "yes_no", FIELD_YES_NO, read_nothing },
};

static bool read_type(Reader *reader, const Token *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (strcmp(word->text, types[i].word) != 0)
            continue;
        if (reader->type)
            diags_add(reader->diags, word->place, "field '%s' is '%s' already", reader->field->name,
                      reader->type);
        reader->type = types[i].word;
        reader->field->type = types[i].type;
        types[i].read(reader);
        return true;
    }
    return false;
}

static void read_use(Reader *reader, const Token *word)
{
    const Token *use = next_token(reader);

    if (use && token_is(use, TOKEN_WORD, "ticket"))
        reader->field->use = FIELD_FOR_TICKET;
    else if (use && token_is(use, TOKEN_WORD, "lead"))
        reader->field->use = FIELD_FOR_LEAD;
    else
        diags_add(reader->diags, use ? use->place : word->place,
                  "'for' needs 'ticket' or 'lead' behind it; without it a field is for both");
}

static void read_label(char **label, const Token *string)
{
    g_free(*label);
    *label = text_line(string->text, FIELD_TEXT_MAX);
}

static void read_head_word(Reader *reader, const Token *word)
{
    static const char *const known[] = { "ordered", "text", "list",   "number", "whole",
                                         "yes_no",  "team", "quotes", "for",    NULL };

    if (word->type == TOKEN_STRING)
        read_label(&reader->field->label, word);
    else if (token_is(word, TOKEN_WORD, "for"))
        read_use(reader, word);
    else if (token_is(word, TOKEN_WORD, "team"))
        reader->field->team = true;
    else if (token_is(word, TOKEN_WORD, "quotes"))
        reader->field->quotes = true;
    else if (word->type != TOKEN_WORD || !read_type(reader, word))
        add_unknown_word(reader->diags, word, known);
}

static void read_makes(Reader *reader, FieldChoice *choice, const Token *makes)
{
    static const char *const known[] = { "ticket", "lead", "nothing", NULL };

    if (makes && makes->type == TOKEN_WORD && g_strv_contains(known, makes->text)) {
        g_free(choice->makes);
        choice->makes = g_strdup(makes->text);
        return;
    }
    diags_add(reader->diags, makes ? makes->place : reader->field->place,
              "'makes' of '%s' needs 'ticket', 'lead' or 'nothing' behind it", choice->token);
}

static void read_choice_head(Reader *reader, FieldChoice *choice, const GPtrArray *head)
{
    static const char *const known[] = { "makes", "retired", NULL };

    for (guint i = 0; i < head->len; i++) {
        const Token *word = head->pdata[i];

        if (word->type == TOKEN_STRING)
            read_label(&choice->label, word);
        else if (token_is(word, TOKEN_WORD, "retired"))
            choice->retired = true;
        else if (token_is(word, TOKEN_WORD, "makes"))
            read_makes(reader, choice, ++i < head->len ? head->pdata[i] : NULL);
        else if (diags_nearest(word->text, known))
            add_unknown_word(reader->diags, word, known);
        else
            diags_add(reader->diags, word->place,
                      "unknown word '%s' behind the value '%s'; a ';' ends a value", word->text,
                      choice->token);
    }
}

static void check_choice(Reader *reader, const FieldChoice *choice, Place place)
{
    bool is_kind = strcmp(reader->field->name, "kind") == 0;

    if (!text_is_token(choice->token, FIELD_TOKEN_MAX))
        diags_add(reader->diags, place,
                  "'%s' can't be a value: letters, digits, '.', '_' and '-', at most %d",
                  choice->token, FIELD_TOKEN_MAX);
    else if (field_choice(reader->field, choice->token) >= 0)
        diags_add(reader->diags, place, "'%s' is a value of '%s' already", choice->token,
                  reader->field->name);
    if (is_kind && !choice->makes)
        diags_add(reader->diags, place,
                  "'%s' must say what it makes: makes ticket, makes lead or makes nothing",
                  choice->token);
    if (!is_kind && choice->makes)
        diags_add(reader->diags, place, "only the values of 'kind' make something");
}

static void read_choice(Reader *reader, const ConfItem *item)
{
    FieldChoice *choice;

    if (item->values || item->items) {
        diags_add(reader->diags, item->place, "a value is a word and its description: %s \"…\"",
                  item->name);
        return;
    }
    choice = g_new0(FieldChoice, 1);
    choice->token = g_strdup(item->name);
    choice->label = g_strdup(item->name);
    read_choice_head(reader, choice, item->head);
    check_choice(reader, choice, item->place);
    g_ptr_array_add(reader->field->choices, choice);
}

static bool has_current_choice(const Field *field)
{
    for (guint i = 0; i < field->choices->len; i++) {
        const FieldChoice *choice = field->choices->pdata[i];

        if (!choice->retired)
            return true;
    }
    return false;
}

static void read_choices(Reader *reader)
{
    const GPtrArray *items = reader->item->items;

    if (reader->field->type != FIELD_ENUM && reader->field->type != FIELD_ORDERED) {
        diags_add(reader->diags, reader->item->place, "field '%s' is '%s' and has no values in {}",
                  reader->field->name, reader->type);
        return;
    }
    if (items->len > FIELD_CHOICES_MAX) {
        diags_add(reader->diags, reader->item->place, "field '%s' has %u values; at most %d",
                  reader->field->name, items->len, FIELD_CHOICES_MAX);
        return;
    }
    for (guint i = 0; i < items->len; i++)
        read_choice(reader, items->pdata[i]);
    if (!has_current_choice(reader->field))
        diags_add(reader->diags, reader->item->place,
                  "field '%s' needs a value that is not retired", reader->field->name);
}

static void check_whole_field(const Reader *reader)
{
    const Field *field = reader->field;
    Place place = reader->item->place;

    if (reader->item->values)
        diags_add(reader->diags, place, "a field has no '='; its type follows its name");
    if (!reader->item->items && !reader->type)
        diags_add(reader->diags, place, "field '%s' needs a type, or its values in {}",
                  field->name);
    if (!reader->item->items && field->type == FIELD_ORDERED)
        diags_add(reader->diags, place, "field '%s' needs its values in {}, lowest first",
                  field->name);
    if (field->team && field->type != FIELD_TEXT)
        diags_add(reader->diags, place, "'team' goes with 'text' only");
    if (field->quotes && field->type != FIELD_TEXT && field->type != FIELD_LIST)
        diags_add(reader->diags, place, "'quotes' goes with 'text' or 'list' only");
}

static bool is_field_name(const char *name)
{
    return g_ascii_islower(*name) && strlen(name) <= FIELD_TOKEN_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static const Field *find_earlier(const GPtrArray *fields, const char *name)
{
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];

        if (strcmp(field->name, name) == 0)
            return field;
    }
    return NULL;
}

/* May a field have this name? */
static bool check_name(const ConfItem *item, const char *name, const GPtrArray *fields,
                       Diags *diags)
{
    const Field *earlier = name ? find_earlier(fields, name) : NULL;

    if (!name || !is_field_name(name))
        diags_add(diags, item->place,
                  "a field needs a name of a-z, 0-9 and '_', at most %d characters: field NAME …",
                  FIELD_TOKEN_MAX);
    else if (strcmp(name, "confidence") == 0 || strcmp(name, "confidence_source") == 0)
        diags_add(diags, item->place, "'%s' is reckoned, never asked; take another name", name);
    else if (earlier)
        diags_add(diags, item->place, "field '%s' stands already in %s, line %d", name,
                  earlier->place.file, earlier->place.line);
    else if (fields->len == FIELDS_MAX)
        diags_add(diags, item->place, "field '%s' is one too many; at most %d", name, FIELDS_MAX);
    else
        return true;
    return false;
}

static void read_field(GPtrArray *fields, const ConfItem *item, Diags *diags)
{
    Reader reader = { .item = item, .next = 1, .diags = diags };
    const char *name = conf_title(item);
    guint faults = diags_count(diags);
    const Token *word;

    if (!check_name(item, name, fields, diags))
        return;
    reader.field = field_new(name, item->place);
    while ((word = next_token(&reader)))
        read_head_word(&reader, word);
    if (item->items)
        read_choices(&reader);
    check_whole_field(&reader);
    if (diags_count(diags) == faults)
        g_ptr_array_add(fields, reader.field);
    else
        field_free(reader.field);
}

GPtrArray *fields_read(const GPtrArray *items, Diags *diags)
{
    GPtrArray *fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);

    for (guint i = 0; i < items->len; i++) {
        const ConfItem *item = items->pdata[i];

        if (strcmp(item->name, "field") == 0)
            read_field(fields, item, diags);
    }
    return fields;
}
