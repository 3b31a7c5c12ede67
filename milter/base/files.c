/* Reading what an administrator named, which may be anything: a FIFO would keep the reader waiting
 * for a writer, a device or a sparse file would fill the memory.  And what readers of prompts and
 * templates have in common: folders in one order whatever the file system, and lines that part a
 * file. */
#include "base/files.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int files_open(const char *path, struct stat *status, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd >= 0 && fstat(fd, status) == 0 && S_ISREG(status->st_mode))
        return fd;
    g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                        fd >= 0 ? "not a regular file" : g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Up to `size` bytes: fewer if the file has become shorter, 0 and errno if it can't be read. */
static gsize read_fully(int fd, char *bytes, gsize size)
{
    gsize length = 0;
    ssize_t got = 1;

    errno = 0;
    while (length < size && (got > 0 || (got < 0 && errno == EINTR))) {
        got = read(fd, bytes + length, size - length);
        length += got > 0 ? (gsize)got : 0;
    }
    return got < 0 ? 0 : length;
}

char *files_read(const char *path, gsize max, gsize *length, GError **error)
{
    g_autofree char *bytes = NULL;
    struct stat status;
    int fd = files_open(path, &status, error);
    gsize size = fd >= 0 ? (gsize)status.st_size : 0;

    if (fd < 0)
        return NULL;
    if (size > max) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "larger than %zu bytes", max);
        close(fd);
        return NULL;
    }
    bytes = g_malloc0(size + 1);
    *length = read_fully(fd, bytes, size);
    if (*length == 0 && errno != 0) {
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, g_strerror(errno));
        g_clear_pointer(&bytes, g_free);
    }
    close(fd);
    return g_steal_pointer(&bytes);
}

GPtrArray *files_in(const char *folder, GError **error)
{
    g_autoptr(GDir) entries = g_dir_open(folder, 0, error);
    GPtrArray *names;
    const char *name;

    if (!entries)
        return NULL;
    names = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(entries)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, text_compare);
    return names;
}

const char *files_find_mark(const char *text, const char *mark, Place *place)
{
    gsize length = strlen(mark);

    for (const char *line = text; line; place->line++) {
        const char *newline = strchr(line, '\n');

        if (g_str_has_prefix(line, mark) &&
            line[length + strspn(line + length, " \t\r")] == (newline ? '\n' : '\0'))
            return line;
        line = newline ? newline + 1 : NULL;
    }
    return NULL;
}

const char *files_next_line(const char *line)
{
    const char *newline = strchr(line, '\n');

    return newline ? newline + 1 : line + strlen(line);
}
