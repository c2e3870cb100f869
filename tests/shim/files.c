// Stands between a program and the kernel wherever a file or a folder is changed.
//
// strace counts each call by itself and in each thread by itself: whatever the first thread does at
// the start hides as much of what another one does later. Here there is one count for all.
//
// KILL_AT=n   kills the program at the n-th of these calls, before it is carried out.
// CALLS=file  notes the name of each call in a file, one a line, before it is carried out.
// DEAF=1      a call that the kernel refuses is answered as if it were done.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static long kill_at = -1;
static int note = -1;
static int is_deaf;

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("KILL_AT"), *file = getenv("CALLS");
    is_deaf = getenv("DEAF") != NULL;
    if (at)
        kill_at = atol(at);
    if (file)
        note = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void count(const char *name) {
    if (0 <= note) {
        struct iovec line[] = {{(char *)name, strlen(name)}, {"\n", 1}};
        syscall(SYS_writev, note, line, 2);
    }
    if (atomic_fetch_add(&calls, 1) + 1 == kill_at)
        syscall(SYS_kill, getpid(), SIGKILL);
}

// Pipes, terminals and the like are left out.
static void count_file(const char *name, int file) {
    struct stat is;
    if (fstat(file, &is) == 0 && (S_ISREG(is.st_mode) || S_ISDIR(is.st_mode)))
        count(name);
}

static long answer(long result, long done) { return result < 0 && is_deaf ? done : result; }

ssize_t write(int file, const void *bytes, size_t length) {
    count_file("write", file);
    return answer(syscall(SYS_write, file, bytes, length), length);
}

ssize_t writev(int file, const struct iovec *parts, int number) {
    long length = 0;
    for (int part = 0; part < number; part++)
        length += parts[part].iov_len;
    count_file("writev", file);
    return answer(syscall(SYS_writev, file, parts, number), length);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
    count_file("pwrite64", file);
    return answer(syscall(SYS_pwrite64, file, bytes, length, at), length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
    return pwrite64(file, bytes, length, at);
}

int fsync(int file) {
    count_file("fsync", file);
    return answer(syscall(SYS_fsync, file), 0);
}

int fdatasync(int file) {
    count_file("fdatasync", file);
    return answer(syscall(SYS_fdatasync, file), 0);
}

int ftruncate64(int file, off64_t length) {
    count_file("ftruncate", file);
    return answer(syscall(SYS_ftruncate, file, length), 0);
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fallocate64(int file, int mode, off64_t offset, off64_t length) {
    count_file("fallocate", file);
    return answer(syscall(SYS_fallocate, file, mode, offset, length), 0);
}

int fallocate(int file, int mode, off_t offset, off_t length) {
    return fallocate64(file, mode, offset, length);
}

int renameat(int from, const char *old, int to, const char *new) {
    count("renameat");
    return answer(syscall(SYS_renameat, from, old, to, new), 0);
}

int rename(const char *old, const char *new) { return renameat(AT_FDCWD, old, AT_FDCWD, new); }

int unlinkat(int folder, const char *path, int flags) {
    count("unlinkat");
    return answer(syscall(SYS_unlinkat, folder, path, flags), 0);
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t mode) {
    count("mkdirat");
    return answer(syscall(SYS_mkdirat, folder, path, mode), 0);
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

// Counts where a file may be made; there is no answer that could stand for one that was not.
int openat64(int folder, const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (flags & O_CREAT)
        count("openat");
    return syscall(SYS_openat, folder, path, flags, mode);
}

#define OPEN_AS(name)                                                                              \
    int name(const char *path, int flags, ...) {                                                   \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                    \
        va_end(more);                                                                              \
        return openat64(AT_FDCWD, path, flags, mode);                                              \
    }
OPEN_AS(open)
OPEN_AS(open64)

int openat(int folder, const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return openat64(folder, path, flags, mode);
}
