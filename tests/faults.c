/* A failing disk between the process and the kernel, for tests: load it with LD_PRELOAD, arm it through ctypes.
 *
 * Every call that changes a file under the folder FAULT_DIR is counted: writes, syncs, truncations and renames, from
 * whichever library they come. The n-th one fails, is cut short, or is where the process dies. Not counted: what goes
 * through a memory map (SQLite's wal-index, which is rebuilt after a crash) and calls on files elsewhere.
 */
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS /* pwrite and pwrite64 are two names here */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

enum { OFF, COUNT, FAIL_ONCE, DISK_FULL, SYNC_FAILS, DIE, SHORT_WRITE, HALF_THEN_DIE };
enum { WRITE = 'w', SYNC = 's', TRUNCATE = 't', RENAME = 'r' };
enum { GO_ON, FAIL, HALF, HALF_AND_DIE };

static char folder[PATH_MAX];
static atomic_int mode, error_number = EIO, record = -1;
static atomic_long target, calls, fired;

static int inside(const char *path) {
    size_t length = strlen(folder);
    return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static const char *path_of(int fd, char *out) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, out, PATH_MAX - 1);
    out[n < 0 ? 0 : n] = 0;
    return out;
}

static void note(int kind, const char *path) {
    char line[PATH_MAX + 8];
    int fd = atomic_load(&record);
    if (fd >= 0) {
        int n = snprintf(line, sizeof line, "%c %s\n", kind, path + strlen(folder));
        syscall(SYS_write, fd, line, (size_t)n);
    }
}

/* What is to become of this call. `grows`: it needs room on the disk. */
static int judge(int kind, const char *path, int grows, size_t bytes) {
    int now = atomic_load(&mode);
    if (now == OFF || !inside(path)) return GO_ON;
    long mine = atomic_fetch_add(&calls, 1) + 1, n = atomic_load(&target);
    note(kind, path);
    int verdict = GO_ON;
    if (now == FAIL_ONCE && mine == n) verdict = FAIL;
    if (now == DIE && mine == n) _exit(137);
    if (now == DISK_FULL && mine >= n && grows) verdict = FAIL;
    if (now == SYNC_FAILS && mine >= n && kind == SYNC) verdict = FAIL;
    if ((now == SHORT_WRITE || now == HALF_THEN_DIE) && mine >= n && kind == WRITE && bytes > 1) {
        long none = 0;
        if (!atomic_compare_exchange_strong(&fired, &none, 1)) return GO_ON;
        return now == SHORT_WRITE ? HALF : HALF_AND_DIE;
    }
    if (verdict == FAIL) {
        atomic_fetch_add(&fired, 1);
        errno = atomic_load(&error_number);
    }
    return verdict;
}

/* The calls themselves. Each looks up the next definition of its name once. */

#define NEXT(name)                                                              \
    ({                                                                          \
        static __typeof__(&name) next;                                          \
        if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name);           \
        next;                                                                   \
    })
#define ON_FD(kind, fd, grows, bytes) \
    (atomic_load(&mode) == OFF ? GO_ON : judge(kind, path_of(fd, (char[PATH_MAX]){0}), grows, bytes))

#define WRITES(whole, half, bytes)                                  \
    switch (ON_FD(WRITE, fd, 1, bytes)) {                           \
    case FAIL: return -1;                                           \
    case HALF: return half;                                         \
    case HALF_AND_DIE: { ssize_t done = half; (void)done; _exit(137); } \
    default: return whole;                                          \
    }

ssize_t write(int fd, const void *data, size_t size) {
    WRITES(NEXT(write)(fd, data, size), NEXT(write)(fd, data, size / 2), size)
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    WRITES(NEXT(pwrite)(fd, data, size, at), NEXT(pwrite)(fd, data, size / 2, at), size)
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    WRITES(NEXT(pwrite64)(fd, data, size, at), NEXT(pwrite64)(fd, data, size / 2, at), size)
}

/* Of a list of buffers, half a write is half of the first one. */
#define FIRST (count > 0 ? list[0].iov_len : 0)
ssize_t writev(int fd, const struct iovec *list, int count) {
    WRITES(NEXT(writev)(fd, list, count), NEXT(write)(fd, list[0].iov_base, FIRST / 2), FIRST)
}
ssize_t pwritev(int fd, const struct iovec *list, int count, off_t at) {
    WRITES(NEXT(pwritev)(fd, list, count, at), NEXT(pwrite)(fd, list[0].iov_base, FIRST / 2, at), FIRST)
}
ssize_t pwritev64(int fd, const struct iovec *list, int count, off64_t at) {
    WRITES(NEXT(pwritev64)(fd, list, count, at), NEXT(pwrite64)(fd, list[0].iov_base, FIRST / 2, at), FIRST)
}
ssize_t pwritev2(int fd, const struct iovec *list, int count, off_t at, int flags) {
    WRITES(NEXT(pwritev2)(fd, list, count, at, flags), NEXT(pwrite)(fd, list[0].iov_base, FIRST / 2, at), FIRST)
}

int fsync(int fd) { return ON_FD(SYNC, fd, 1, 0) == FAIL ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return ON_FD(SYNC, fd, 1, 0) == FAIL ? -1 : NEXT(fdatasync)(fd); }

static int longer(int fd, off64_t size) {
    struct stat now;
    return fstat(fd, &now) || size > now.st_size;
}
int ftruncate(int fd, off_t size) {
    return ON_FD(TRUNCATE, fd, longer(fd, size), 0) == FAIL ? -1 : NEXT(ftruncate)(fd, size);
}
int ftruncate64(int fd, off64_t size) {
    return ON_FD(TRUNCATE, fd, longer(fd, size), 0) == FAIL ? -1 : NEXT(ftruncate64)(fd, size);
}

/* A rename counts by where it leads. Rust's tempfile, which tantivy uses, renames past libc: no symbol to stand in for.
 * So the kernel is asked to signal each rename, from wherever it comes; the handler judges it and then makes the call
 * with a mark in the sixth argument, which no rename has, by which the filter lets it pass. Where filters are not
 * allowed, only the renames that go through libc are seen. */

static atomic_int trapped;

static int renames(int folder_fd, const char *path) {
    char base[PATH_MAX], whole[2 * PATH_MAX];
    if (atomic_load(&mode) == OFF) return GO_ON;
    if (path[0] == '/') {
        snprintf(whole, sizeof whole, "%s", path);
    } else {
        if (folder_fd != AT_FDCWD) path_of(folder_fd, base);
        else if (!getcwd(base, sizeof base)) base[0] = 0;
        snprintf(whole, sizeof whole, "%s/%s", base, path);
    }
    return judge(RENAME, whole, 0, 0);
}

int rename(const char *from, const char *to) {
    return !atomic_load(&trapped) && renames(AT_FDCWD, to) == FAIL ? -1 : NEXT(rename)(from, to);
}
int renameat(int a, const char *from, int b, const char *to) {
    return !atomic_load(&trapped) && renames(b, to) == FAIL ? -1 : NEXT(renameat)(a, from, b, to);
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    return !atomic_load(&trapped) && renames(b, to) == FAIL ? -1 : NEXT(renameat2)(a, from, b, to, flags);
}

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#define REGISTER(c, name) (c)->gregs[REG_##name]
#define REGISTERS(c) {REGISTER(c, RDI), REGISTER(c, RSI), REGISTER(c, RDX), REGISTER(c, R10), REGISTER(c, R8)}
#define RESULT(c) (c)->gregs[REG_RAX]
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#define REGISTERS(c) {(c)->regs[0], (c)->regs[1], (c)->regs[2], (c)->regs[3], (c)->regs[4]}
#define RESULT(c) (c)->regs[0]
#endif

#ifdef MACHINE
#define MARK 0x0b1e11e5u

static void on_rename(int signal, siginfo_t *info, void *context) {
    mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
    long a[5] = REGISTERS(machine), number = info->si_syscall;
    int saved = errno;
    (void)signal;
#ifdef SYS_rename
    if (number == SYS_rename) a[3] = a[1], a[1] = a[0], a[0] = a[2] = AT_FDCWD, a[4] = 0;
#endif
    if (number == SYS_renameat) a[4] = 0;
    if (renames((int)a[2], (const char *)a[3]) == FAIL) {
        RESULT(machine) = -errno;
    } else {
        long done = syscall(SYS_renameat2, a[0], a[1], a[2], a[3], a[4], (long)MARK);
        RESULT(machine) = done < 0 ? -errno : done;
    }
    errno = saved;
}

static void trap_renames(void) {
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 0, 7),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef SYS_rename
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rename, 2, 0),
#else
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat, 2, 0),
#endif
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MARK, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof steps / sizeof *steps, steps};
    struct sigaction action = {.sa_sigaction = on_rename, .sa_flags = SA_SIGINFO | SA_RESTART};
    if (atomic_load(&trapped) || sigaction(SIGSYS, &action, NULL) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return;
    atomic_store(&trapped, !syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program));
}
#else
static void trap_renames(void) {}
#endif

/* The functions that tests call. */

void fault_arm(int how, long n, int error) {
    const char *wanted = getenv("FAULT_DIR");
    atomic_store(&mode, OFF);
    trap_renames();
    snprintf(folder, sizeof folder, "%s", wanted ? wanted : "");
    atomic_store(&target, n);
    atomic_store(&error_number, error);
    atomic_store(&calls, 0);
    atomic_store(&fired, 0);
    atomic_store(&mode, how);
}

long fault_count(void) { return atomic_load(&calls); }
long fault_fired(void) { return atomic_load(&fired); }
int fault_sees_all_renames(void) { return atomic_load(&trapped); }
void fault_record(int fd) { atomic_store(&record, fd); } /* write each counted call to this descriptor */
