#pragma once
// fcgiapp.h, never fcgi_stdio.h: the latter redefines printf, FILE and exit over stdio.
#include <fcgiapp.h>
// Swift's Glibc module has neither of these.
#include <sys/epoll.h>
#include <sys/eventfd.h>
