/* Opening and reading what was named: regular files up to a limit, and nothing that would wait. */
#include "base/files.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LIMIT 100

static char *folder;

static char *path_of(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void assert_refused(const char *name, const char *why)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = path_of(name);
    gsize length;
    assert_null(files_read(path, LIMIT, &length, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
    assert_string_equal(error->message, why);
}

static void a_file_is_read_up_to_the_limit(void **state)
{
    static const gsize sizes[] = { 0, 1, LIMIT - 1, LIMIT, LIMIT + 1 };
    (void)state;
    g_autofree char *path = path_of("file");
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = g_strnfill(sizes[i], 'x');
        gsize length = 77;
        assert_true(g_file_set_contents(path, text, (gssize)sizes[i], NULL));
        g_autofree char *read = files_read(path, LIMIT, &length, NULL);
        assert_int_equal(read != NULL, sizes[i] <= LIMIT);
        if (read == NULL)
            continue;
        assert_int_equal(length, sizes[i]);
        assert_string_equal(read, text);
    }
    assert_refused("file", "larger than 100 bytes");
}

static void bytes_are_left_as_they_are(void **state)
{
    (void)state;
    g_autofree char *path = path_of("bytes");
    gsize length;
    assert_true(g_file_set_contents(path, "a\0\xff\r\n", 5, NULL));
    g_autofree char *read = files_read(path, LIMIT, &length, NULL);
    assert_int_equal(length, 5);
    assert_memory_equal(read, "a\0\xff\r\n", 6);
}

static void a_link_is_followed(void **state)
{
    (void)state;
    g_autofree char *target = path_of("target"), *link = path_of("link");
    gsize length;
    assert_true(g_file_set_contents(target, "x", 1, NULL));
    assert_int_equal(symlink(target, link), 0);
    g_autofree char *read = files_read(link, LIMIT, &length, NULL);
    assert_string_equal(read, "x");
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
}

static void what_is_no_regular_file_is_refused_at_once(void **state)
{
    (void)state;
    g_autofree char *fifo = path_of("fifo"), *device = path_of("zero"), *socket = path_of("socket");
    g_autofree char *sparse = path_of("sparse"), *loop = path_of("loop");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("/dev/zero", device), 0);
    assert_int_equal(symlink("loop", loop), 0);
    make_socket(socket);
    assert_true(g_file_set_contents(sparse, "", 0, NULL));
    assert_int_equal(truncate(sparse, (off_t)2 << 30), 0);
    assert_refused("fifo", "not a regular file");
    assert_refused("zero", "not a regular file");
    assert_refused(".", "not a regular file");
    assert_refused("socket", "No such device or address");
    assert_refused("sparse", "larger than 100 bytes");
    assert_refused("loop", "Too many levels of symbolic links");
    assert_refused("missing", "No such file or directory");
}

static int make_folder(void **state)
{
    (void)state;
    folder = g_dir_make_tmp("triage-test-XXXXXX", NULL);
    return folder != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) names = files_in(folder, NULL);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = path_of(names->pdata[i]);
        g_unlink(path);
    }
    g_rmdir(folder);
    g_free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_up_to_the_limit),
        cmocka_unit_test(bytes_are_left_as_they_are),
        cmocka_unit_test(a_link_is_followed),
        cmocka_unit_test(what_is_no_regular_file_is_refused_at_once),
    };
    return cmocka_run_group_tests_name("base: files", tests, make_folder, remove_folder);
}
