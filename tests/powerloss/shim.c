/*
 * Keeps, for every file of one directory, what a power cut would leave of it: its content as of its last fsync, under the
 * names the directory had when it was last synced. For tests on Linux, by LD_PRELOAD; changes nothing for the program.
 *
 * POWERLOSS_DIR     the directory that is watched
 * POWERLOSS_SHADOW  where to keep it: objects/<inode> and names ("<inode> <name>" a line)
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static void fail(const char *what)
{
    perror(what);
    abort();
}

/* Renamed into place when it is whole, so that a kill in the middle leaves the state before. */
static void put(const char *from, const char *to)
{
    if (rename(from, to) != 0)
        fail("powerloss: rename");
}

static void keep_content(int fd, const struct stat *found, const char *shadow)
{
    static char buffer[1 << 16];
    char self[64], fresh[PATH_MAX + 64], path[PATH_MAX + 64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    snprintf(fresh, sizeof fresh, "%s/objects/.%d", shadow, (int)getpid());
    snprintf(path, sizeof path, "%s/objects/%lu", shadow, (unsigned long)found->st_ino);
    int in = open(self, O_RDONLY | O_CLOEXEC);
    int out = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0)
        fail("powerloss: open");
    for (ssize_t count; (count = read(in, buffer, sizeof buffer)) != 0;) {
        if (count < 0 || write(out, buffer, count) != count)
            fail("powerloss: copy");
    }
    close(in);
    close(out);
    put(fresh, path);
}

static void keep_names(const char *watched, const char *shadow)
{
    char fresh[PATH_MAX + 64], path[PATH_MAX + 64];
    snprintf(fresh, sizeof fresh, "%s/.names.%d", shadow, (int)getpid());
    snprintf(path, sizeof path, "%s/names", shadow);
    DIR *dir = opendir(watched);
    FILE *out = fopen(fresh, "we");
    if (dir == NULL || out == NULL)
        fail("powerloss: names");
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_type == DT_REG)
            fprintf(out, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    }
    closedir(dir);
    if (fclose(out) != 0)
        fail("powerloss: names");
    put(fresh, path);
}

static void keep(int fd)
{
    char self[64], path[PATH_MAX], lock_path[PATH_MAX + 64];
    struct stat found;
    const char *watched = getenv("POWERLOSS_DIR"), *shadow = getenv("POWERLOSS_SHADOW");
    if (watched == NULL || shadow == NULL || fstat(fd, &found) != 0)
        return;
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(self, path, sizeof path - 1);
    size_t outer = strlen(watched);
    if (length < 0)
        return;
    path[length] = '\0';
    int is_dir = S_ISDIR(found.st_mode) && strcmp(path, watched) == 0;
    int is_inside = S_ISREG(found.st_mode) && strncmp(path, watched, outer) == 0 && path[outer] == '/' &&
                    strchr(path + outer + 1, '/') == NULL;
    if (!is_dir && !is_inside)
        return;
    /* One after the other, in this process and among several: an older state must not follow a younger one. */
    pthread_mutex_lock(&turn);
    snprintf(lock_path, sizeof lock_path, "%s/lock", shadow);
    int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) != 0)
        fail("powerloss: lock");
    if (is_dir)
        keep_names(watched, shadow);
    else
        keep_content(fd, &found, shadow);
    close(lock);
    pthread_mutex_unlock(&turn);
}

static int synced(int fd, const char *name)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (real == NULL)
        fail("powerloss: dlsym");
    int done = real(fd);
    if (done == 0)
        keep(fd);
    return done;
}

int fsync(int fd)
{
    return synced(fd, "fsync");
}

int fdatasync(int fd)
{
    return synced(fd, "fdatasync");
}
