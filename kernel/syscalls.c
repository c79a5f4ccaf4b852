/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What newlib wants from an operating system. There is none: output is log
 * lines, memory comes from mem.c, the rest says that it is not there.
 */
#include <errno.h>
#include <malloc.h>
#include <reent.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/mem.h"
#include "kernel/panic.h"
#include "kernel/random.h"

enum { STDOUT = 1, STDERR = 2 };

/* getentropy() is for seeds: POSIX caps it at this. */
enum { ENTROPY_MAX = 256 };

void *_sbrk(ptrdiff_t increment);
int _write(int fd, const char *data, int n);
int _read(int fd, char *data, int n);
int _close(int fd);
int _fstat(int fd, struct stat *st);
int _isatty(int fd);
int _lseek(int fd, int offset, int whence);
int _kill(int pid, int signal);
int _getpid(void);
int getentropy(void *out, size_t n);
void __malloc_lock(struct _reent *r);
void __malloc_unlock(struct _reent *r);
_Noreturn void _exit(int status);

void *
_sbrk(ptrdiff_t increment)
{
	void *p = mem_sbrk(increment);

	if (p == NULL) {
		errno = ENOMEM;
		return (void *)-1;
	}
	return p;
}

/* Each line is an event; a partial line waits for its end. */
int
_write(int fd, const char *data, int n)
{
	static char line[LOG_LINE_MAX];
	static size_t used;
	int i;

	if (fd != STDOUT && fd != STDERR) {
		errno = EBADF;
		return -1;
	}
	for (i = 0; i < n; i++) {
		if (data[i] != '\n')
			line[used++] = data[i];
		if (used > 0 && (data[i] == '\n' || used == sizeof(line))) {
			log_info("libc", "%.*s", (int)used, line);
			used = 0;
		}
	}
	return n;
}

int
_read(int fd, char *data, int n)
{
	(void)fd;
	(void)data;
	(void)n;
	errno = EBADF;
	return -1;
}

int
_close(int fd)
{
	(void)fd;
	errno = EBADF;
	return -1;
}

int
_fstat(int fd, struct stat *st)
{
	if (fd != STDOUT && fd != STDERR) {
		errno = EBADF;
		return -1;
	}
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFCHR;
	return 0;
}

int
_isatty(int fd)
{
	return fd == STDOUT || fd == STDERR;
}

int
_lseek(int fd, int offset, int whence)
{
	(void)fd;
	(void)offset;
	(void)whence;
	errno = ESPIPE;
	return -1;
}

int
_kill(int pid, int signal)
{
	(void)pid;
	panic("signal %d raised", signal);
}

int
_getpid(void)
{
	return 1;
}

int
getentropy(void *out, size_t n)
{
	if (n > ENTROPY_MAX) {
		errno = EIO;
		return -1;
	}
	random_bytes(out, n);
	return 0;
}

void
_exit(int status)
{
	panic("the program ended with status %d", status);
}

/*
 * newlib calls these round all that it does to the heap, which has no lock:
 * it is core 0's alone.
 */
void
__malloc_lock(struct _reent *r)
{
	(void)r;
	KASSERT(cpu_current()->index == 0);
}

void
__malloc_unlock(struct _reent *r)
{
	(void)r;
}

/* newlib's aligned_alloc() is built on this, and brings none of its own. */
int
posix_memalign(void **out, size_t align, size_t size)
{
	*out = memalign(align, size);
	return *out == NULL ? ENOMEM : 0;
}
