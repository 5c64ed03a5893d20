/* A host whose clock is set while processes run, and whose disk is slow, by a file of two numbers of
   eight bytes: seconds by which the time of day is beyond the true one, and microseconds that each
   fsync waits. Preloaded into a process that has the file's name in CHAOS_HOST. No other clock moves,
   and nothing that waits does, as when an administrator or NTP sets a clock. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct host {
    int64_t ahead_s;
    int64_t fsync_us;
};

static volatile const struct host *host;
static int (*true_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CHAOS_HOST");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *host, PROT_READ, MAP_SHARED, file, 0);
    if (file >= 0) close(file);
    if (page != MAP_FAILED) host = page;
    true_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t which, struct timespec *at) {
    if (!true_gettime) true_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = true_gettime(which, at);
    int is_of_day = which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE;
    if (!failed && host && is_of_day) at->tv_sec += host->ahead_s;
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}

static void wait_for_disk(void) {
    if (!host || host->fsync_us <= 0) return;
    struct timespec left = {host->fsync_us / 1000000, host->fsync_us % 1000000 * 1000};
    while (nanosleep(&left, &left)) continue;
}

int fsync(int file) {
    wait_for_disk();
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
}

int fdatasync(int file) {
    wait_for_disk();
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(file);
}
