// Open MPI's constants are macros with casts, which Swift doesn't import: a static inline function returns each.
#ifndef COPENMPI_H
#define COPENMPI_H

#include <mpi.h>

static inline MPI_Comm copenmpi_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Datatype copenmpi_byte(void) { return MPI_BYTE; }
static inline MPI_Datatype copenmpi_float(void) { return MPI_FLOAT; }
static inline MPI_Op copenmpi_sum(void) { return MPI_SUM; }
static inline MPI_Errhandler copenmpi_errors_return(void) { return MPI_ERRORS_RETURN; }
static inline const void *copenmpi_in_place(void) { return MPI_IN_PLACE; }
static inline MPI_Status *copenmpi_status_ignore(void) { return MPI_STATUS_IGNORE; }
static inline MPI_Info copenmpi_info_null(void) { return MPI_INFO_NULL; }
static inline int copenmpi_comm_type_shared(void) { return MPI_COMM_TYPE_SHARED; }

static inline long copenmpi_library_version_capacity(void) { return MPI_MAX_LIBRARY_VERSION_STRING; }

#endif
