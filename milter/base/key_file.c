/* A key that others may read is refused, so that the mistake is found before start and not in an
 * audit; it may come through a group (0640), as service managers and packages like to do it. */
#include "base/key_file.h"

#include "base/error.h"
#include "base/files.h"

#include <string.h>
#include <unistd.h>

#define KEY_MAX 4096

static char *refuse(GError **error, const char *setting, const char *why)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "%s %s", setting, why);
    return NULL;
}

/* Printable ASCII only: it becomes part of a protocol's line. */
static bool is_sound(const char *key)
{
    for (const char *c = key; *c; c++)
        if (!g_ascii_isgraph(*c))
            return false;
    return *key != '\0';
}

static char *read_from(int fd, mode_t mode, const char *setting, GError **error)
{
    if (mode & (S_IRWXO | S_IWGRP))
        return refuse(error, setting, "can be read by others or written by its group; chmod 0600");
    g_autofree char *text = g_malloc0(KEY_MAX + 2);
    ssize_t length = read(fd, text, KEY_MAX + 1);
    g_strstrip(text);
    char *key = length >= 0 && length <= KEY_MAX && is_sound(text) ? g_strdup(text) : NULL;
    explicit_bzero(text, KEY_MAX + 2);
    return key != NULL ? key : refuse(error, setting, "does not hold one key and nothing else");
}

char *key_file_read(const char *path, const char *setting, GError **error)
{
    g_autoptr(GError) fault = NULL;
    struct stat status;
    int fd = files_open(path, &status, &fault);
    if (fd < 0) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "can't open %s %s: %s", setting, path,
                    fault->message);
        return NULL;
    }
    char *key = read_from(fd, status.st_mode, setting, error);
    close(fd);
    return key;
}
