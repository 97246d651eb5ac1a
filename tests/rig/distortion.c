/* Preloaded into a kernel, it lets time jump and energy counters stall, as distortion.py says through a shared file. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SECOND = 1000000000 };
typedef struct { volatile int64_t wall_ns, asleep_ns, stall_ns; } Distortion;

static const Distortion *distortion;

__attribute__((constructor)) static void attach(void)
{
    const char *path = getenv("JUPYTER_GREEN_DISTORTION");
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    void *shared = file < 0 ? MAP_FAILED : mmap(NULL, sizeof(Distortion), PROT_READ, MAP_SHARED, file, 0);
    distortion = shared == MAP_FAILED ? NULL : shared;
    if (file >= 0)
        close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    int64_t offset = !distortion ? 0 : clock == CLOCK_REALTIME ? distortion->wall_ns : clock == CLOCK_BOOTTIME ? distortion->asleep_ns : 0;
    if (!failed && offset) {
        int64_t ns = now->tv_sec * (int64_t)SECOND + now->tv_nsec + offset;
        now->tv_sec = ns / SECOND;
        now->tv_nsec = ns % SECOND;
    }
    return failed;
}

static int opened(const char *path, int flags, mode_t mode)
{
    size_t length = strlen(path);
    if (distortion && distortion->stall_ns && length > 9 && !strcmp(path + length - 9, "energy_uj")) {
        struct timespec pause = {distortion->stall_ns / SECOND, distortion->stall_ns % SECOND};
        nanosleep(&pause, NULL);
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

#define MODE(flags, mode) \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    MODE(flags, mode)
    return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    mode_t mode = 0;
    MODE(flags, mode)
    return opened(path, flags | O_LARGEFILE, mode);
}
