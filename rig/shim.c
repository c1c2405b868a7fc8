// What a server sees of disk and clock, changed from the outside: loaded with LD_PRELOAD, told by a file.
//
// RIG_SHIM       the control file, mapped, so that it can be changed while the server runs; its members are below
// RIG_SHIM_PATH  only this file, or files below this directory, are counted, and fail
//
// The n-th sync or write returns EIO once and does nothing, as a dying disk does it. While syncs are held, none of them
// comes back. The calls are made by number, so
// that nothing has to be looked up in another library.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
  _Atomic int64_t clock_seconds; // added to the time
  _Atomic uint64_t fail[2];      // the number of the sync, of the write, that fails; 0: none
  _Atomic uint64_t counted[2];
  _Atomic uint64_t fired;
  _Atomic uint64_t held;    // whether syncs are held
  _Atomic uint64_t waiting; // how many of them wait now
};

enum { SYNC, WRITE };

static struct control *control;
static const char *where;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("RIG_SHIM");
  where = getenv("RIG_SHIM_PATH");
  if (!path || !where) return;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) abort();
  void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) abort();
  close(fd);
  control = mapped;
}

static int concerns(int fd, char path[4096]) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, 4095);
  size_t prefix = strlen(where);
  path[length > 0 ? length : 0] = 0;
  return length >= (ssize_t)prefix && !strncmp(path, where, prefix) && (!path[prefix] || path[prefix] == '/');
}

static int fails(int kind, int fd) {
  int before = errno;
  char path[4096];
  int counts = control && concerns(fd, path);
  errno = before;
  if (!counts) return 0;
  uint64_t number = ++control->counted[kind];
  if (number != control->fail[kind]) return 0;
  control->fired = number;
  dprintf(2, "shim: EIO for %s\n", path);
  errno = EIO;
  return 1;
}

static int flush(long call, int fd) {
  if (fails(SYNC, fd)) return -1;
  char path[4096];
  if (control && control->held && concerns(fd, path)) {
    control->waiting++;
    struct timespec pause = {0, 1000000};
    while (control->held) nanosleep(&pause, NULL);
    control->waiting--;
  }
  return (int)syscall(call, fd);
}

int fsync(int fd) { return flush(SYS_fsync, fd); }
int fdatasync(int fd) { return flush(SYS_fdatasync, fd); }

ssize_t write(int fd, const void *bytes, size_t size) {
  return fails(WRITE, fd) ? -1 : syscall(SYS_write, fd, bytes, size);
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  return fails(WRITE, fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, size, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return pwrite64(fd, bytes, size, at); }

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = (int)syscall(SYS_clock_gettime, clock, now);
  if (!result && control && clock == CLOCK_REALTIME) now->tv_sec += control->clock_seconds;
  return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}
time_t time(time_t *out) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (out) *out = exact.tv_sec;
  return exact.tv_sec;
}
