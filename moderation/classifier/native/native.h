/* The steps of judging that go over every character and place, as `in_numpy` does them.

   All numbers that they go by are handed over, so that they are written down once, in Python. Each
   function takes any strings and buffers, and raises ValueError rather than read beyond one. */

#ifndef NATIVE_H
#define NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

/* By a byte what it does to a CRC-32; `fill_crc_table` fills it. */
extern uint32_t crc_table[256];

void fill_crc_table(void);

static inline uint32_t
crc_step(uint32_t crc, uint32_t byte)
{
    return crc_table[(crc ^ byte) & 0xFF] ^ (crc >> 8);
}

/* zlib's crc32 of the UTF-8 of a string's first characters, lone surrogates among them. */
uint32_t crc_of(PyObject *word, Py_ssize_t most, uint32_t start);

/* A list of strings, or NULL with an error set. */
PyObject *checked_words(PyObject *words);

PyObject *runs(PyObject *module, PyObject *args);
PyObject *words(PyObject *module, PyObject *args);
PyObject *beginnings(PyObject *module, PyObject *words);
PyObject *telling(PyObject *module, PyObject *args);
PyObject *shapes(PyObject *module, PyObject *args);
PyObject *facts(PyObject *module, PyObject *args);
PyObject *counted(PyObject *module, PyObject *args);
PyObject *weights(PyObject *module, PyObject *args);

#endif
