/* Reply templates: read and checked when they are loaded, so that nothing is left to go wrong when
 * a mail waits for an answer.  A set is immutable after loading.  Any thread. */
#include "reply/template.h"

#include "base/files.h"
#include "base/settings.h"
#include "base/text.h"
#include "prompt/mustache.h"

#include <string.h>

#define SUFFIX            ".txt"
#define MARK              "---text"
#define TEMPLATE_NAME_MAX 64
#define VALUE_MAX         300

struct ReplyTemplate {
    char *name, *language;
    Mustache *text;
};

struct ReplyTemplates {
    GHashTable *templates; /* name ─▶ ReplyTemplate */
    GPtrArray *names;      /* of them; NULL-terminated once loaded */
};

typedef struct {
    char *language;
} Head;

static const Setting head_rows[] = {
    SETTING_TEXT("language", Head, language, NULL, 2, "Language of the text, in two letters: en."),
    { .name = NULL },
};

static const SettingsTable head_table = {
    .block = "",
    .size = sizeof(Head),
    .rows = head_rows,
    .help = "The head of a reply template.",
};

static void template_free(ReplyTemplate *template)
{
    mustache_free(template->text);
    g_free(template->language);
    g_free(template->name);
    g_free(template);
}

static cJSON *view_of(const ReplyView *view)
{
    const struct {
        const char *name, *value;
    } rows[] = {
        { "brand", view->brand },     { "mailbox", view->mailbox },
        { "ticket", view->ticket },   { "person_name", view->person_name },
        { "subject", view->subject }, { "answer_within", view->answer_within },
    };
    cJSON *object = cJSON_CreateObject();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *line = text_line(rows[i].value ? rows[i].value : "", VALUE_MAX);

        cJSON_AddStringToObject(object, rows[i].name, line);
    }
    return object;
}

static void read_head(ReplyTemplate *template, const char *text, gsize length, Place start,
                      Diags *diags)
{
    g_autoptr(ConfTree) tree = conf_read_text(start.file, start.line, text, length, diags);
    Head head = { .language = NULL };

    settings_read(&head_table, &head, tree->items, start, diags);
    settings_refuse_others(&head_table, tree->items, diags);
    template->language = g_strdup(head.language ? head.language : "");
    settings_clear(&head_table, &head);
}

static void read_parts(ReplyTemplate *template, const char *text, Place start, Diags *diags)
{
    const ReplyView nothing = { .brand = NULL };
    g_autoptr(cJSON) example = view_of(&nothing);
    Place place = start;
    const char *mark = files_find_mark(text, MARK, &place);

    if (!mark) {
        diags_add(diags, start, "expected a line '" MARK "' behind the head");
        return;
    }
    read_head(template, text, (gsize)(mark - text), start, diags);
    place.line++;
    template->text = mustache_parse(files_next_line(mark), place, diags);
    if (template->text)
        mustache_check(template->text, example, NULL, diags);
}

/* NULL: the faults are in `diags`. */
static ReplyTemplate *read_template(const char *path, const char *name, Diags *diags)
{
    Place start = { .file = g_intern_string(path), .line = 1, .column = 1 };
    guint faults = diags_count(diags);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    ReplyTemplate *template;
    gsize length;

    text = files_read(path, LEXER_FILE_MAX, &length, &error);
    if (!text) {
        diags_add(diags, (Place){ .file = start.file }, "can't be read: %s", error->message);
        return NULL;
    }
    if (!g_utf8_validate(text, (gssize)length, NULL)) {
        diags_add(diags, (Place){ .file = start.file },
                  "a reply template is UTF-8 without NUL, at most %d bytes", LEXER_FILE_MAX);
        return NULL;
    }
    template = g_new0(ReplyTemplate, 1);
    template->name = g_strdup(name);
    read_parts(template, text, start, diags);
    if (diags_count(diags) == faults)
        return template;
    template_free(template);
    return NULL;
}

static void load_file(ReplyTemplates *set, const char *folder, const char *file, Diags *diags)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *name = NULL;
    ReplyTemplate *template;

    if (*file == '.' || !g_str_has_suffix(file, SUFFIX))
        return;
    name = g_strndup(file, strlen(file) - strlen(SUFFIX));
    if (!text_is_token(name, TEMPLATE_NAME_MAX)) {
        diags_add(diags, (Place){ .file = g_intern_string(path) },
                  "a template's name takes letters, digits, '.', '_' and '-', at most %d",
                  TEMPLATE_NAME_MAX);
        return;
    }
    template = read_template(path, name, diags);
    if (!template)
        return;
    g_hash_table_insert(set->templates, template->name, template);
    g_ptr_array_add(set->names, template->name);
}

ReplyTemplates *reply_templates_load(const char *folder, Diags *diags)
{
    ReplyTemplates *set = g_new0(ReplyTemplates, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) files = files_in(folder, &error);

    set->templates =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)template_free);
    set->names = g_ptr_array_new();
    if (!files)
        diags_add(diags, (Place){ .file = g_intern_string(folder) },
                  "the reply templates can't be read: %s", error->message);
    for (guint i = 0; files && i < files->len; i++)
        load_file(set, folder, files->pdata[i], diags);
    g_ptr_array_add(set->names, NULL);
    return set;
}

void reply_templates_free(ReplyTemplates *set)
{
    if (!set)
        return;
    g_hash_table_unref(set->templates);
    g_ptr_array_unref(set->names);
    g_free(set);
}

const ReplyTemplate *reply_template(const ReplyTemplates *set, const char *name)
{
    return g_hash_table_lookup(set->templates, name);
}

const char *const *reply_template_names(const ReplyTemplates *set)
{
    return (const char *const *)set->names->pdata;
}

const char *reply_template_language(const ReplyTemplate *template)
{
    return template->language;
}

char *reply_template_render(const ReplyTemplate *template, const ReplyView *view, GError **error)
{
    g_autoptr(cJSON) object = view_of(view);
    g_autofree char *text = mustache_render(template->text, object, NULL, MUSTACHE_TEXT, error);

    return text ? g_strconcat(g_strstrip(text), "\n", NULL) : NULL;
}
