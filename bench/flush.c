// A disk whose every flush takes the same time, for everybody alike: loaded with LD_PRELOAD in front of a tmpfs.
// FLUSH_MICROS: how long a flush takes, in microseconds.

#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long micros;

__attribute__((constructor)) static void begin(void) {
  const char *text = getenv("FLUSH_MICROS");
  micros = text ? atol(text) : 0;
}

static int flushed(int result) {
  struct timespec pause = {micros / 1000000, micros % 1000000 * 1000};
  if (micros) nanosleep(&pause, NULL);
  return result;
}

int fsync(int fd) { return flushed(syscall(SYS_fsync, fd)); }
int fdatasync(int fd) { return flushed(syscall(SYS_fdatasync, fd)); }
