/* A disk that stalls: as long as the file $SLOW_SYNC names is there, fsync() and fdatasync() of the
 * program that preloads this don't come back. */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define POLL_MICROSECONDS 20000

static int sync_when_allowed(long call, int file)
{
    const char *stall = getenv("SLOW_SYNC");
    while (stall != NULL && access(stall, F_OK) == 0)
        usleep(POLL_MICROSECONDS);
    return (int)syscall(call, file);
}

int fsync(int file)
{
    return sync_when_allowed(SYS_fsync, file);
}

int fdatasync(int file)
{
    return sync_when_allowed(SYS_fdatasync, file);
}
