/* For tests: starts one of tests/e2e/rig's servers with a fault for each of several ports, and
 * reads what they heard.  The source root is the current folder or $TRIAGE_SOURCE. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#define RIG_SERVERS_MAX 64

typedef struct {
    char *folder; /* what server N heard the K-th time is its file N-K */
    GPid pid;
    int stdin_fd; /* they end when it is closed */
    int count, ports[RIG_SERVERS_MAX];
} RigServers;

/* `faults`: NULL-terminated.  0, or -1: they don't run. */
static inline int rig_servers_start(RigServers *servers, const char *name, GPtrArray *faults)
{
    const char *root = g_getenv("TRIAGE_SOURCE");
    g_autofree char *script = g_build_filename(root ? root : ".", "tests/e2e/rig", name, NULL);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    int out;
    servers->folder = g_dir_make_tmp("triage-test-XXXXXX", NULL);
    g_ptr_array_add(words, (char *)"/usr/bin/python3");
    g_ptr_array_add(words, script);
    g_ptr_array_add(words, servers->folder);
    g_ptr_array_extend(words, faults, NULL, NULL);
    g_ptr_array_add(words, NULL);
    if (!g_spawn_async_with_pipes(NULL, (char **)words->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                                  &servers->pid, &servers->stdin_fd, &out, NULL, NULL))
        return -1;
    FILE *lines = fdopen(out, "r");
    for (guint i = 0; i < MIN(faults->len, RIG_SERVERS_MAX); i++)
        servers->count += fscanf(lines, "%d", &servers->ports[i]) == 1;
    fclose(lines);
    return servers->count == (int)faults->len ? 0 : -1;
}

/* What a server heard the number-th time, from 1 on; NULL: it didn't.  Caller frees. */
static inline char *rig_servers_heard(const RigServers *servers, gsize server, int number)
{
    g_autofree char *path = g_strdup_printf("%s/%zu-%d", servers->folder, server, number);
    char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

/* How often. */
static inline int rig_servers_times(const RigServers *servers, gsize server)
{
    for (int number = 0;; number++) {
        g_autofree char *text = rig_servers_heard(servers, server, number + 1);
        if (text == NULL)
            return number;
    }
}

static inline void rig_servers_stop(RigServers *servers)
{
    close(servers->stdin_fd);
    for (int i = 0; i < servers->count; i++) {
        for (int number = rig_servers_times(servers, (gsize)i); number > 0; number--) {
            g_autofree char *path = g_strdup_printf("%s/%d-%d", servers->folder, i, number);
            g_unlink(path);
        }
    }
    g_rmdir(servers->folder);
    g_free(servers->folder);
}
