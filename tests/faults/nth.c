/* nth: runs a program and lets the n-th call of a kind on certain files fail, come short, or be the
 * moment at which the power goes.
 *
 * The calls are handed over by the kernel (seccomp, user notification), so that they are met whether
 * they go through libc or not: Onward's part files are written without it, its database with it. A
 * call that is not the one goes its way unchanged.
 *
 * Invariant: the program ends with this; its exit code is the program's.
 *
 * nth KINDS ENDINGS FIRST LAST WHAT TELL PROGRAM...
 *   KINDS    of write read sync open allocate rename unlink resize, with commas between
 *   ENDINGS  of the paths meant, with commas between
 *   FIRST    the first call that is met, from 1; LAST the last one, 0 for all from then on
 *   WHAT     a number: this error; "short": half of it is written; "cut:PATH": the file system at PATH
 *            stops as without power, then the program is killed; "none": they are only counted
 *   TELL     a file that is told at the end: calls seen, calls met, milliseconds of processor time
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#define FS_IOC_SHUTDOWN 0x8004587d

/* Where a call names its file: a descriptor, or the argument that is a path. */
struct call { int number; const char *kind; int path; };
static const struct call CALLS[] = {
    {SYS_pwrite64, "write", -1}, {SYS_pwritev, "write", -1}, {SYS_pwritev2, "write", -1},
    {SYS_pread64, "read", -1}, {SYS_preadv, "read", -1}, {SYS_read, "read", -1},
    {SYS_fsync, "sync", -1}, {SYS_fdatasync, "sync", -1},
    {SYS_fallocate, "allocate", -1}, {SYS_ftruncate, "resize", -1},
    {SYS_openat, "open", 1}, {SYS_renameat2, "rename", 1}, {SYS_unlinkat, "unlink", 1},
#ifdef SYS_renameat
    {SYS_renameat, "rename", 1},
#endif
#ifdef SYS_rename
    {SYS_open, "open", 0}, {SYS_rename, "rename", 0}, {SYS_unlink, "unlink", 0},
#endif
};
enum { COUNT = sizeof CALLS / sizeof *CALLS, MAX_BYTES = 1 << 20 };

static pid_t child;
static char *endings, *what;

static void die(const char *words) {
    fprintf(stderr, "nth: %s: %s\n", words, strerror(errno));
    if (child > 0) kill(child, SIGKILL);
    _exit(125);
}

static void pass_on(int number) { if (child > 0) kill(child, number); }

static int is_in(const char *list, const char *word) {
    size_t len = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += len)
        if ((at == list || at[-1] == ',') && (at[len] == ',' || !at[len])) return 1;
    return 0;
}

/* Hands the calls of these kinds to whoever holds the descriptor that is returned. */
static int listen_to(const char *kinds) {
    struct sock_filter lines[2 * COUNT + 2];
    unsigned short n = 0;
    lines[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                              offsetof(struct seccomp_data, nr));
    for (int i = 0; i < COUNT; i++) {
        if (!is_in(kinds, CALLS[i].kind)) continue;
        lines[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS[i].number, 0, 1);
        lines[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    }
    lines[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog filter = {n, lines};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                   SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
                   &filter);
}

static int open_of(pid_t thread, const char *name, int how) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", thread, name);
    return open(path, how | O_CLOEXEC);
}

/* The path a call is about; empty where it cannot be told. */
static void path_of(const struct seccomp_notif *told, const struct call *call, char *path, size_t len) {
    path[0] = 0;
    if (call->path < 0) {
        char link[64];
        snprintf(link, sizeof link, "/proc/%d/fd/%d", told->pid, (int)told->data.args[0]);
        ssize_t got = readlink(link, path, len - 1);
        path[got > 0 ? got : 0] = 0;
        return;
    }
    int memory = open_of(told->pid, "mem", O_RDONLY);
    if (memory < 0) return;
    /* It may end where the next page is not there. */
    for (size_t at = 0; at + 1 < len; at++) {
        if (pread(memory, path + at, 1, (off_t)(told->data.args[call->path] + at)) != 1) break;
        if (!path[at]) break;
        path[at + 1] = 0;
    }
    close(memory);
}

static int is_meant(const char *path) {
    char list[4096];
    snprintf(list, sizeof list, "%s", endings);
    for (char *end = strtok(list, ","); end; end = strtok(NULL, ",")) {
        size_t has = strlen(path), wants = strlen(end);
        if (has >= wants && !strcmp(path + has - wants, end)) return 1;
    }
    return 0;
}

/* Writes the first half of what was to be written; how much, or 0 where that is nothing. */
static long half(const struct seccomp_notif *told) {
    static char bytes[MAX_BYTES];
    const __u64 *args = told->data.args;
    struct iovec one = {(void *)args[1], args[2]}, parts[256] = {one};
    size_t count = 1, has = 0, wants = 0;
    int memory = open_of(told->pid, "mem", O_RDONLY);
    if (told->data.nr != SYS_pwrite64) {
        count = args[2] < 256 ? args[2] : 256;
        if (pread(memory, parts, count * sizeof *parts, (off_t)args[1]) < 0) die("iovec");
    }
    for (size_t i = 0; i < count; i++) wants += parts[i].iov_len;
    wants = wants / 2 < MAX_BYTES ? wants / 2 : MAX_BYTES;
    for (size_t i = 0; i < count && has < wants; i++) {
        size_t len = parts[i].iov_len < wants - has ? parts[i].iov_len : wants - has;
        if (pread(memory, bytes + has, len, (off_t)parts[i].iov_base) != (ssize_t)len) die("memory");
        has += len;
    }
    char name[32];
    snprintf(name, sizeof name, "fd/%d", (int)args[0]);
    int file = open_of(told->pid, name, O_WRONLY);
    long wrote = file < 0 ? 0 : pwrite(file, bytes, wants, (off_t)args[3]);
    close(file);
    close(memory);
    return wrote > 0 ? wrote : 0;
}

static void cut(const char *mount) {
    uint32_t no_log_flush = 2;
    int root = open(mount, O_RDONLY | O_DIRECTORY);
    if (root < 0 || ioctl(root, FS_IOC_SHUTDOWN, &no_log_flush) < 0) die(mount);
    close(root);
    kill(child, SIGKILL);
}

/* What becomes of a call that is met. */
static void meet(const struct seccomp_notif *told, struct seccomp_notif_resp *answer) {
    if (!strncmp(what, "cut:", 4)) {
        cut(what + 4);
        answer->error = -EIO;
    } else if (!strcmp(what, "short")) {
        long wrote = half(told);
        if (wrote > 0) { answer->val = wrote; answer->flags = 0; }
    } else if (strcmp(what, "none")) {
        answer->error = -atoi(what);
    }
    if (answer->error) answer->flags = 0;
}

int main(int argc, char **argv) {
    if (argc < 8) { fprintf(stderr, "nth: see the head of nth.c\n"); return 125; }
    endings = argv[2];
    what = argv[5];
    long first = atol(argv[3]), last = atol(argv[4]), seen = 0, met = 0;
    int line[2], fd = -1;
    if (pipe2(line, O_CLOEXEC) < 0) die("pipe");
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        fd = listen_to(argv[1]);
        if (write(line[1], &fd, sizeof fd) != sizeof fd) die("line");
        /* Until it is fetched; then it goes with the exec. */
        if (fd >= 0) { fcntl(fd, F_SETFD, FD_CLOEXEC); raise(SIGSTOP); execvp(argv[7], argv + 7); }
        _exit(125);
    }
    signal(SIGINT, pass_on);
    signal(SIGTERM, pass_on);
    if (read(line[0], &fd, sizeof fd) != sizeof fd || fd < 0) die("no seccomp notification");
    int process = syscall(SYS_pidfd_open, child, 0), status;
    int listener = syscall(SYS_pidfd_getfd, process, fd, 0);
    if (listener < 0) die("the listener");
    waitpid(child, &status, WUNTRACED);
    kill(child, SIGCONT);
    struct pollfd watched[2] = {{listener, POLLIN, 0}, {process, POLLIN, 0}};
    for (;;) {
        if (poll(watched, 2, -1) < 0) continue;
        if (watched[1].revents) break;
        struct seccomp_notif told = {0};
        if (!(watched[0].revents & POLLIN) || ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &told) < 0)
            continue;
        struct seccomp_notif_resp answer = {.id = told.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
        char path[4096];
        int i = 0;
        while (CALLS[i].number != told.data.nr) i++;
        path_of(&told, &CALLS[i], path, sizeof path);
        if (is_meant(path)) {
            seen++;
            if (seen >= first && (!last || seen <= last)) { met++; meet(&told, &answer); }
        }
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    struct rusage used;
    wait4(child, &status, 0, &used);
    FILE *tell = fopen(argv[6], "w");
    if (!tell) die(argv[6]);
    fprintf(tell, "%ld %ld %ld\n", seen, met,
            (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000L
                + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000);
    fclose(tell);
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    signal(WTERMSIG(status), SIG_DFL);
    kill(getpid(), WTERMSIG(status));
    return 128 + WTERMSIG(status);
}
