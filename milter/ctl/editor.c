/* An editor on a temporary file, as crontab and git do it. */
#include "ctl/editor.h"

#include "base/error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PIECE 4096

static bool fail_with_errno(const char *what, const char *path, GError **error)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "can't %s %s: %s", what, path,
                g_strerror(errno));
    return false;
}

static bool read_all(Edited *edited, FILE *stream, gsize max, GError **error)
{
    g_autoptr(GString) bytes = g_string_new(NULL);
    char piece[PIECE];
    gsize got;
    while (bytes->len <= max && (got = fread(piece, 1, sizeof(piece), stream)) > 0)
        g_string_append_len(bytes, piece, (gssize)got);
    if (bytes->len <= max && strlen(bytes->str) == bytes->len) {
        edited->text = g_string_free(g_steal_pointer(&bytes), FALSE);
        return true;
    }
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                bytes->len > max ? "the text has more than %zu bytes"
                                 : "the text has a NUL among its %zu bytes",
                bytes->len > max ? max : bytes->len);
    return false;
}

bool editor_read(Edited *edited, const char *file, gsize max, GError **error)
{
    if (g_str_equal(file, "-"))
        return read_all(edited, stdin, max, error);
    FILE *stream = fopen(file, "rb");
    if (stream == NULL)
        return fail_with_errno("read", file, error);
    bool good = read_all(edited, stream, max, error);
    fclose(stream);
    return good;
}

static bool write_file(Edited *edited, const char *text, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    int file = g_file_open_tmp("draft-XXXXXX.txt", &edited->path, &trouble);
    if (file < 0) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "%s", trouble->message);
        return false;
    }
    gsize length = strlen(text), written = 0;
    while (written < length) {
        ssize_t put = write(file, text + written, length - written);
        if (put < 0)
            break;
        written += (gsize)put;
    }
    return (close(file) == 0 && written == length) || fail_with_errno("write", edited->path, error);
}

static const char *editor_words(void)
{
    const char *const names[] = { "VISUAL", "EDITOR" };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *words = g_getenv(names[i]);
        if (words != NULL && words[0] != '\0')
            return words;
    }
    return "vi";
}

/* $EDITOR may have options. */
static bool run_editor(const char *path, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    g_auto(GStrv) editor = NULL;
    int status;
    if (g_shell_parse_argv(editor_words(), NULL, &editor, &trouble)) {
        g_strv_builder_addv(words, (const char **)editor);
        g_strv_builder_add(words, path);
        g_auto(GStrv) command = g_strv_builder_end(words);
        if (g_spawn_sync(NULL, command, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN,
                         NULL, NULL, NULL, NULL, &status, &trouble) &&
            g_spawn_check_wait_status(status, &trouble))
            return true;
    }
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "the editor '%s': %s", editor_words(),
                trouble->message);
    return false;
}

bool editor_run(Edited *edited, const char *text, gsize max, GError **error)
{
    if (!write_file(edited, text, error))
        return false;
    if (run_editor(edited->path, error) && editor_read(edited, edited->path, max, error))
        return true;
    editor_keep(edited);
    return false;
}

void editor_keep(Edited *edited)
{
    if (edited->path != NULL)
        g_printerr("triagectl: the text is in %s\n", edited->path);
    g_clear_pointer(&edited->path, g_free);
}

void edited_clear(Edited *edited)
{
    if (edited->path != NULL)
        g_unlink(edited->path);
    g_free(edited->path);
    g_free(edited->text);
    *edited = (Edited){ 0 };
}
