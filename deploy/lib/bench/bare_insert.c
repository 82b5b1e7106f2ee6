// bare_insert SOCKET DATABASE CONNECTIONS SECONDS BODY_FILE: single-row inserts of one prepared
// statement into the table `bare`, each committed by itself, over so many connections at once, one
// thread each. Prints inserts a second.
#include <mysql.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *socket_path, *database, *user;
static char body[65536];
static unsigned long body_length;
static double end;

static void fail(const char *what) {
  fprintf(stderr, "bare_insert: %s\n", what);
  exit(1);
}

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

// The same columns as an event's, with identifiers of version 7.
static const char insert[] =
    "INSERT INTO bare (id, user_id, event_type, timestamp, body, created_at)"
    " VALUES (?, '01934f7e-0000-7000-8000-000000000000', 'lead.created', UTC_TIMESTAMP(6), ?,"
    " UTC_TIMESTAMP(6))";

static void *run(void *context) {
  unsigned long number = (unsigned long)context;
  MYSQL *connection = mysql_init(NULL);
  if (!mysql_real_connect(connection, NULL, user, NULL, database, 0,
                          socket_path, 0)) {
    fail(mysql_error(connection));
  }
  MYSQL_STMT *statement = mysql_stmt_init(connection);
  if (mysql_stmt_prepare(statement, insert, sizeof insert - 1)) fail(mysql_stmt_error(statement));
  char id[64];
  unsigned long id_length = 36;
  MYSQL_BIND binds[2];
  memset(binds, 0, sizeof binds);
  binds[0].buffer_type = MYSQL_TYPE_STRING;
  binds[0].buffer = id;
  binds[0].length = &id_length;
  binds[1].buffer_type = MYSQL_TYPE_BLOB;
  binds[1].buffer = body;
  binds[1].length = &body_length;
  unsigned long count = 0;
  while (seconds() < end) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    unsigned long milliseconds = now.tv_sec * 1000UL + now.tv_nsec / 1000000UL;
    snprintf(id, sizeof id, "%08lx-%04lx-7%03lx-8%03lx-%012lx", milliseconds >> 16,
             milliseconds & 0xFFFF, count & 0xFFF, number & 0xFFF, count);
    if (mysql_stmt_bind_param(statement, binds) || mysql_stmt_execute(statement)) {
      fail(mysql_stmt_error(statement));
    }
    count++;
  }
  mysql_stmt_close(statement);
  mysql_close(connection);
  return (void *)count;
}

int main(int count, char **arguments) {
  if (count != 6) fail("SOCKET DATABASE CONNECTIONS SECONDS BODY_FILE");
  socket_path = arguments[1];
  database = arguments[2];
  user = getpwuid(getuid())->pw_name;  // Before there are threads: its memory is for all of them.
  int connections = atoi(arguments[3]);
  FILE *file = fopen(arguments[5], "rb");
  if (!file || connections < 1 || connections > 256) fail("no body, or not 1 to 256 connections");
  body_length = fread(body, 1, sizeof body, file);
  fclose(file);
  mysql_library_init(0, NULL, NULL);
  double began = seconds();
  end = began + atof(arguments[4]);
  pthread_t threads[256];
  for (long i = 0; i < connections; i++) pthread_create(&threads[i], NULL, run, (void *)i);
  unsigned long total = 0;
  for (int i = 0; i < connections; i++) {
    void *done;
    pthread_join(threads[i], &done);
    total += (unsigned long)done;
  }
  printf("%.1f\n", total / (seconds() - began));
  return 0;
}
