/* The steps of judging that go over every character and place, as `in_numpy` does them.

   All numbers that they go by are handed over, so that they are written down once, in Python. Each
   function takes any strings and buffers, and raises ValueError rather than read beyond one. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define GROUPS 3
#define DIGIT_BITS 8 /* of a place, by which it is sorted at a time */
#define DIGITS (1 << DIGIT_BITS)
#define ROUNDS 3 /* which sort places of up to 24 bits */

static uint32_t crc_table[256];

static void
fill_crc_table(void)
{
    /* The CRC-32 of zlib and PNG, a byte at a time: RFC 1952, section 8. */
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
        }
        crc_table[byte] = crc;
    }
}

static inline uint32_t
crc_step(uint32_t crc, uint32_t byte)
{
    return crc_table[(crc ^ byte) & 0xFF] ^ (crc >> 8);
}

/* zlib's crc32 of the UTF-8 of a string's first characters, lone surrogates among them. */
static uint32_t
crc_of(PyObject *word, Py_ssize_t most, uint32_t start)
{
    int kind = PyUnicode_KIND(word);
    const void *signs = PyUnicode_DATA(word);
    Py_ssize_t length = Py_MIN(PyUnicode_GET_LENGTH(word), most);
    uint32_t crc = ~start;
    for (Py_ssize_t i = 0; i < length; i++) {
        uint32_t sign = PyUnicode_READ(kind, signs, i);
        if (sign < 0x80) {
            crc = crc_step(crc, sign);
            continue;
        }
        int more = sign < 0x800 ? 1 : sign < 0x10000 ? 2 : 3;
        crc = crc_step(crc, (0xFF00 >> (more + 1) & 0xFF) | sign >> 6 * more);
        while (more--) {
            crc = crc_step(crc, 0x80 | (sign >> 6 * more & 0x3F));
        }
    }
    return ~crc;
}

/* A list of strings, or NULL with an error set. */
static PyObject *
checked_words(PyObject *words)
{
    if (!PyList_Check(words)) {
        PyErr_SetString(PyExc_TypeError, "words are a list");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(words); i++) {
        if (!PyUnicode_Check(PyList_GET_ITEM(words, i))) {
            PyErr_SetString(PyExc_TypeError, "a word is a str");
            return NULL;
        }
    }
    return words;
}

PyDoc_STRVAR(runs_doc, "runs(text, name, factors, shift) -> bytes\n\n"
"The places of all runs of 2 and of 3 characters of a text, then those of a name.");

static void
put_runs(PyObject *text, const uint32_t *factors, int shift, uint32_t **places)
{
    int kind = PyUnicode_KIND(text);
    const void *signs = PyUnicode_DATA(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    for (int size = 2; size <= 3; size++, factors += 3) {
        for (Py_ssize_t i = 0; i + size <= length; i++) {
            uint32_t sum = 0;
            for (int j = 0; j < size; j++) {
                uint32_t sign = PyUnicode_READ(kind, signs, i + j);
                sum += factors[j] * (sign - '1' < 9u ? '0' : sign);
            }
            *(*places)++ = sum >> shift;
        }
    }
}

static Py_ssize_t
count_runs(PyObject *text)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    return Py_MAX(length - 1, 0) + Py_MAX(length - 2, 0);
}

static PyObject *
runs(PyObject *module, PyObject *args)
{
    PyObject *text, *name;
    Py_buffer factors;
    int shift;
    if (!PyArg_ParseTuple(args, "UUy*i", &text, &name, &factors, &shift)) {
        return NULL;
    }
    PyObject *found = NULL;
    if (factors.len != 6 * sizeof(uint32_t) || shift < 0 || shift > 31) {
        PyErr_SetString(PyExc_ValueError, "six factors, and a shift below 32");
    } else {
        found = PyBytes_FromStringAndSize(
            NULL, (count_runs(text) + count_runs(name)) * sizeof(uint32_t));
    }
    if (found) {
        uint32_t *places = (uint32_t *)PyBytes_AS_STRING(found);
        put_runs(text, factors.buf, shift, &places);
        put_runs(name, factors.buf, shift, &places);
    }
    PyBuffer_Release(&factors);
    return found;
}

PyDoc_STRVAR(words_doc,
"words(words, undisguised, salt, letters, as_first, as_last, shift, first_place) -> bytes\n\n"
"The places of words, of those behind disguises, of beginnings, of edges and of pairs.");

static PyObject *
words(PyObject *module, PyObject *args)
{
    PyObject *words, *undisguised;
    unsigned int salt, as_first, as_last, first_place;
    int letters, shift;
    if (!PyArg_ParseTuple(args, "OOIiIIiI", &words, &undisguised, &salt, &letters, &as_first,
                          &as_last, &shift, &first_place)
        || !checked_words(words) || !checked_words(undisguised)) {
        return NULL;
    }
    if (letters < 1 || shift < 0 || shift > 31) {
        PyErr_SetString(PyExc_ValueError, "letters from 1 on, and a shift below 32");
        return NULL;
    }
    Py_ssize_t count = PyList_GET_SIZE(words), more = PyList_GET_SIZE(undisguised);
    /* Words, beginnings, pairs; and four edges. */
    PyObject *found = PyBytes_FromStringAndSize(NULL, (3 * count + more + 4) * sizeof(uint32_t));
    if (!found) {
        return NULL;
    }
    uint32_t *hashes = (uint32_t *)PyBytes_AS_STRING(found), *next = hashes;
    for (Py_ssize_t i = 0; i < count; i++) {
        *next++ = crc_of(PyList_GET_ITEM(words, i), PY_SSIZE_T_MAX, salt);
    }
    for (Py_ssize_t i = 0; i < more; i++) {
        *next++ = crc_of(PyList_GET_ITEM(undisguised, i), PY_SSIZE_T_MAX, salt);
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        if (PyUnicode_GET_LENGTH(word) > letters) {
            *next++ = crc_of(word, letters, salt);
        }
    }
    /* The first word and pair as such, the last ones, and then all pairs. */
    uint32_t *edges = next, *pairs = edges + 2 * Py_MIN(count, 2);
    next = pairs;
    for (Py_ssize_t i = 0; i + 1 < count; i++) {
        *next++ = crc_of(PyList_GET_ITEM(words, i + 1), PY_SSIZE_T_MAX, ~hashes[i]);
    }
    if (count) {
        *edges++ = hashes[0] * as_first;
        if (count > 1) {
            *edges++ = pairs[0] * as_first;
        }
        *edges++ = hashes[count - 1] * as_last;
        if (count > 1) {
            *edges++ = pairs[count - 2] * as_last;
        }
    }
    for (uint32_t *place = hashes; place < next; place++) {
        *place = (*place >> shift) + first_place;
    }
    _PyBytes_Resize(&found, (char *)next - (char *)hashes);
    return found;
}

PyDoc_STRVAR(beginnings_doc, "beginnings(words) -> bytes\n\n"
"A bit for the first characters of each word, for `telling`.");

#define BEGINNINGS (1 << 14)

/* Which bit stands for a word's first three characters; some have one in common. */
static inline uint32_t
beginning_of(int kind, const void *signs, Py_ssize_t length)
{
    uint32_t sum = 0;
    for (Py_ssize_t i = 0; i < 3; i++) {
        sum = sum * 31 + (i < length ? PyUnicode_READ(kind, signs, i) : 0);
    }
    return sum % BEGINNINGS;
}

static PyObject *
beginnings(PyObject *module, PyObject *words)
{
    if (!checked_words(words)) {
        return NULL;
    }
    uint8_t bits[BEGINNINGS / 8] = {0};
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(words); i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        uint32_t bit = beginning_of(PyUnicode_KIND(word), PyUnicode_DATA(word),
                                    PyUnicode_GET_LENGTH(word));
        bits[bit / 8] |= 1 << bit % 8;
    }
    return PyBytes_FromStringAndSize((const char *)bits, sizeof(bits));
}

PyDoc_STRVAR(telling_doc, "telling(words, beginnings, letters) -> list[str]\n\n"
"The words that begin as one of those of `beginnings` does, that begin with the same character\n"
"twice, or that have one of some letters twice in a row.");

static int
is_telling(PyObject *word, const uint8_t *bits, const uint8_t *is_letter)
{
    int kind = PyUnicode_KIND(word);
    const void *signs = PyUnicode_DATA(word);
    Py_ssize_t length = PyUnicode_GET_LENGTH(word);
    uint32_t bit = beginning_of(kind, signs, length);
    if (bits[bit / 8] >> bit % 8 & 1) {
        return 1;
    }
    Py_UCS4 last = length ? PyUnicode_READ(kind, signs, 0) : 0;
    for (Py_ssize_t i = 1; i < length; i++) {
        Py_UCS4 sign = PyUnicode_READ(kind, signs, i);
        if (sign == last && (i == 1 || (sign < 0x80 && is_letter[sign]))) {
            return 1;
        }
        last = sign;
    }
    return 0;
}

static PyObject *
telling(PyObject *module, PyObject *args)
{
    PyObject *words;
    Py_buffer bits, letters;
    if (!PyArg_ParseTuple(args, "Oy*y*", &words, &bits, &letters)) {
        return NULL;
    }
    PyObject *found = NULL;
    uint8_t is_letter[0x80] = {0};
    for (Py_ssize_t i = 0; i < letters.len; i++) {
        is_letter[((const uint8_t *)letters.buf)[i] & 0x7F] = 1;
    }
    if (bits.len != BEGINNINGS / 8) {
        PyErr_SetString(PyExc_ValueError, "bits that `beginnings` gave");
    } else if (checked_words(words)) {
        found = PyList_New(0);
    }
    for (Py_ssize_t i = 0; found && i < PyList_GET_SIZE(words); i++) {
        PyObject *word = PyList_GET_ITEM(words, i);
        if (is_telling(word, bits.buf, is_letter) && PyList_Append(found, word) < 0) {
            Py_CLEAR(found);
        }
    }
    PyBuffer_Release(&bits);
    PyBuffer_Release(&letters);
    return found;
}

PyDoc_STRVAR(shapes_doc, "shapes(typed, salt, first_place, places) -> bytes\n\n"
"The places of the shapes of a text's words, as `shapes.shape_of` makes them.");

/* Whether a word is of small letters alone, as str.islower and str.isalpha say. */
static int
is_of_small_letters(int kind, const void *signs, Py_ssize_t first, Py_ssize_t behind)
{
    int has_case = 0;
    for (Py_ssize_t i = first; i < behind; i++) {
        Py_UCS4 sign = PyUnicode_READ(kind, signs, i);
        if (!Py_UNICODE_ISALPHA(sign) || Py_UNICODE_ISUPPER(sign) || Py_UNICODE_ISTITLE(sign)) {
            return 0;
        }
        has_case |= Py_UNICODE_ISLOWER(sign);
    }
    return has_case;
}

/* The hash of a word's shape; whether it has one. */
static int
hash_shape(int kind, const void *signs, Py_ssize_t first, Py_ssize_t behind, uint32_t *hash)
{
    uint32_t crc = ~*hash, last = 0;
    int in_a_row = 0, has_shape = 0;
    for (Py_ssize_t i = first; i < behind; i++) {
        Py_UCS4 sign = PyUnicode_READ(kind, signs, i);
        uint32_t as = sign >= 0x80                 ? 'u'
                      : sign >= 'a' && sign <= 'z' ? 'a'
                      : sign >= 'A' && sign <= 'Z' ? 'A'
                      : sign >= '0' && sign <= '9' ? '0'
                                                   : sign;
        in_a_row = as == last ? in_a_row + 1 : 1;
        last = as;
        has_shape |= as != 'a';
        if (in_a_row <= (as == 'u' ? 1 : as == 'a' || as == 'A' ? 2 : INT_MAX)) {
            crc = crc_step(crc, as);
        }
    }
    *hash = ~crc;
    return has_shape;
}

static PyObject *
shapes(PyObject *module, PyObject *args)
{
    PyObject *typed;
    unsigned int salt, first_place, places;
    if (!PyArg_ParseTuple(args, "UIII", &typed, &salt, &first_place, &places)) {
        return NULL;
    }
    if (!places) {
        PyErr_SetString(PyExc_ValueError, "no place");
        return NULL;
    }
    int kind = PyUnicode_KIND(typed);
    const void *signs = PyUnicode_DATA(typed);
    Py_ssize_t length = PyUnicode_GET_LENGTH(typed);
    PyObject *found = PyBytes_FromStringAndSize(NULL, (length / 2 + 1) * sizeof(uint32_t));
    if (!found) {
        return NULL;
    }
    uint32_t *to = (uint32_t *)PyBytes_AS_STRING(found), *next = to;
    for (Py_ssize_t i = 0; i < length;) {
        Py_ssize_t first = i;
        while (i < length && !Py_UNICODE_ISSPACE(PyUnicode_READ(kind, signs, i))) {
            i++;
        }
        uint32_t hash = salt;
        if (first == i) {
            i++;
        } else if (!is_of_small_letters(kind, signs, first, i)
                   && hash_shape(kind, signs, first, i, &hash)) {
            *next++ = first_place + hash % places;
        }
    }
    _PyBytes_Resize(&found, (char *)next - (char *)to);
    return found;
}

PyDoc_STRVAR(facts_doc, "facts(groups, last_place) -> (bytes, tuple, bytes)\n\n"
"The places of facts, ascending, with a last one behind them; the facts; and what each counts.\n"
"A group is a sequence of facts, what each counts, a salt, a first place and their number.");

typedef struct {
    uint32_t place;
    Py_ssize_t group;
    double counts;
    PyObject *said; /* borrowed of its group's sequence */
} Fact;

/* Put the facts of a group behind those that are there, each where its place belongs; how many
   there are then, or -1 with an error set. */
static Py_ssize_t
put_facts(PyObject *told, Py_ssize_t group, PyObject *sequence, Fact *facts, Py_ssize_t found)
{
    PyObject *ignored;
    double counts;
    unsigned int salt, first_place, places;
    if (!PyArg_ParseTuple(told, "OdIII", &ignored, &counts, &salt, &first_place, &places)) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(sequence); i++) {
        PyObject *said = PyTuple_GET_ITEM(sequence, i);
        if (!PyUnicode_Check(said) || !places) {
            PyErr_SetString(PyExc_TypeError, "a fact is a str, and has a place");
            return -1;
        }
        uint32_t place = first_place + crc_of(said, PY_SSIZE_T_MAX, salt) % places;
        Py_ssize_t at = found++;
        for (; at && facts[at - 1].place > place; at--) {
            facts[at] = facts[at - 1];
        }
        facts[at] = (Fact){place, group, counts, said};
    }
    return found;
}

/* Whether a fact of the same place and group was said before. */
static int
is_said_before(const Fact *facts, Py_ssize_t at)
{
    for (Py_ssize_t i = at; i-- && facts[i].place == facts[at].place;) {
        if (facts[i].group == facts[at].group && !PyUnicode_Compare(facts[i].said, facts[at].said)) {
            return 1;
        }
    }
    return 0;
}

/* Facts as the function of that name gives them. */
static PyObject *
merged(const Fact *facts, Py_ssize_t count, uint32_t last_place)
{
    PyObject *places = PyBytes_FromStringAndSize(NULL, (count + 1) * sizeof(uint32_t));
    PyObject *counts = PyBytes_FromStringAndSize(NULL, (count + 1) * sizeof(float));
    PyObject *said = PyTuple_New(count);
    if (!places || !counts || !said) {
        goto failed;
    }
    uint32_t *to_places = (uint32_t *)PyBytes_AS_STRING(places);
    float *to_counts = (float *)PyBytes_AS_STRING(counts);
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < count;) {
        const Fact *last = NULL;
        double sum = 0;
        uint32_t place = facts[i].place;
        for (; i < count && facts[i].place == place; i++) {
            if (!is_said_before(facts, i)) {
                last = &facts[i];
                sum += last->counts;
            }
        }
        to_places[found] = place;
        to_counts[found] = (float)sum;
        PyTuple_SET_ITEM(said, found++, Py_NewRef(last->said));
    }
    to_places[found] = last_place;
    to_counts[found] = 0;
    if (found < count
        && (_PyBytes_Resize(&places, (found + 1) * sizeof(uint32_t)) < 0
            || _PyBytes_Resize(&counts, (found + 1) * sizeof(float)) < 0
            || _PyTuple_Resize(&said, found) < 0)) {
        goto failed;
    }
    return Py_BuildValue("(NNN)", places, said, counts);
failed:
    Py_XDECREF(places);
    Py_XDECREF(counts);
    Py_XDECREF(said);
    return NULL;
}

static PyObject *
facts(PyObject *module, PyObject *args)
{
    PyObject *groups, *found = NULL;
    unsigned int last_place;
    if (!PyArg_ParseTuple(args, "O!I", &PyTuple_Type, &groups, &last_place)) {
        return NULL;
    }
    /* Of each group a sequence that nobody else changes, which keeps its facts. */
    Py_ssize_t most = 0, count = 0, number = PyTuple_GET_SIZE(groups);
    PyObject *sequences = PyTuple_New(number);
    Fact *all = NULL;
    if (!sequences) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < number; i++) {
        PyObject *group = PyTuple_GET_ITEM(groups, i), *sequence = NULL;
        if (PyTuple_Check(group) && PyTuple_GET_SIZE(group)) {
            sequence = PySequence_Tuple(PyTuple_GET_ITEM(group, 0));
        } else {
            PyErr_SetString(PyExc_TypeError, "a group is a tuple that begins with its facts");
        }
        if (!sequence) {
            goto done;
        }
        PyTuple_SET_ITEM(sequences, i, sequence);
        most += PyTuple_GET_SIZE(sequence);
    }
    all = PyMem_Malloc(most * sizeof(Fact));
    if (!all) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 0; i < number && count >= 0; i++) {
        count = put_facts(PyTuple_GET_ITEM(groups, i), i, PyTuple_GET_ITEM(sequences, i), all,
                          count);
    }
    if (count >= 0) {
        found = merged(all, count, last_place);
    }
done:
    PyMem_Free(all);
    Py_DECREF(sequences);
    return found;
}

/* Sort places of up to 24 bits, by their last digits first; where they end up. */
static uint32_t *
sorted(uint32_t *places, uint32_t *spare, Py_ssize_t count)
{
    Py_ssize_t before[ROUNDS][DIGITS] = {{0}};
    for (Py_ssize_t i = 0; i < count; i++) {
        for (int round = 0; round < ROUNDS; round++) {
            before[round][places[i] >> DIGIT_BITS * round & (DIGITS - 1)]++;
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        Py_ssize_t sum = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            Py_ssize_t here = before[round][digit];
            before[round][digit] = sum;
            sum += here;
        }
        for (Py_ssize_t i = 0; i < count; i++) {
            spare[before[round][places[i] >> DIGIT_BITS * round & (DIGITS - 1)]++] = places[i];
        }
        uint32_t *other = places;
        places = spare;
        spare = other;
    }
    return places;
}

/* A buffer of items of a size, or -1 with an error set. */
static int
take(PyObject *from, Py_buffer *buffer, Py_ssize_t size)
{
    if (PyObject_GetBuffer(from, buffer, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    if (buffer->len % size) {
        PyBuffer_Release(buffer);
        PyErr_SetString(PyExc_ValueError, "a part of a number too much");
        return -1;
    }
    return 0;
}

/* All places of some parts but 0 and those from an end on, in new memory for twice as many; NULL
   with an error set. */
static uint32_t *
gathered(PyObject *parts, uint32_t end, Py_ssize_t *count)
{
    Py_ssize_t most = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts); i++) {
        most += PyObject_Length(PyTuple_GET_ITEM(parts, i));
    }
    uint32_t *places = PyErr_Occurred() ? NULL : PyMem_Malloc(2 * most * sizeof(uint32_t));
    if (!places) {
        return PyErr_Occurred() ? NULL : (uint32_t *)PyErr_NoMemory();
    }
    *count = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts); i++) {
        Py_buffer part;
        if (take(PyTuple_GET_ITEM(parts, i), &part, sizeof(uint32_t)) < 0) {
            PyMem_Free(places);
            return NULL;
        }
        const uint32_t *from = part.buf;
        Py_ssize_t length = Py_MIN(part.len / (Py_ssize_t)sizeof(uint32_t), most);
        most -= length;
        for (Py_ssize_t j = 0; j < length; j++) {
            if (from[j] && from[j] < end) {
                places[(*count)++] = from[j];
            }
        }
        PyBuffer_Release(&part);
    }
    return places;
}

PyDoc_STRVAR(counted_doc,
"counted(parts, ends, weights, by_count, squares, unit, facts, values) -> (bytes, bytes)\n\n"
"Each place once, ascending, with its value, and behind them the facts with theirs.");

typedef struct {
    Py_buffer ends, weights, by_count, squares, facts, values;
} Tables;

/* Each place once, with its value; how many there are. `places` are sorted, `counts` is memory. */
static Py_ssize_t
put_counted(uint32_t *places, uint32_t *counts, Py_ssize_t length, const Tables *by, double unit,
            float *values)
{
    const uint32_t *ends = by->ends.buf;
    const double *weights = by->weights.buf;
    const float *by_count = by->by_count.buf;
    const int64_t *squares = by->squares.buf;
    uint32_t most = (uint32_t)(by->by_count.len / sizeof(float)) - 1;
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < length; found++) {
        Py_ssize_t first = i;
        uint32_t place = places[i];
        while (i < length && places[i] == place) {
            i++;
        }
        places[found] = place;
        counts[found] = (uint32_t)Py_MIN(i - first, (Py_ssize_t)most);
    }
    Py_ssize_t first = 0;
    for (int group = 0; group < GROUPS; group++) {
        int64_t sum = 0;
        Py_ssize_t behind = first;
        for (; behind < found && places[behind] < ends[group]; behind++) {
            sum += squares[counts[behind]];
        }
        float scale = (float)(weights[group] / sqrt((double)sum * unit));
        for (; first < behind; first++) {
            values[first] = by_count[counts[first]] * scale;
        }
    }
    return found;
}

static PyObject *
count_all(PyObject *parts, const Tables *by, double unit)
{
    Py_ssize_t length = 0, facts = by->facts.len / sizeof(uint32_t);
    uint32_t *places = gathered(parts, ((uint32_t *)by->ends.buf)[GROUPS - 1], &length);
    if (!places) {
        return NULL;
    }
    uint32_t *spare = places + length;
    uint32_t *in_order = sorted(places, spare, length);
    uint32_t *counts = in_order == places ? spare : places;
    PyObject *told = NULL;
    PyObject *values = PyBytes_FromStringAndSize(NULL, (length + facts) * sizeof(float));
    if (values) {
        float *to = (float *)PyBytes_AS_STRING(values);
        Py_ssize_t found = put_counted(in_order, counts, length, by, unit, to);
        memcpy(to + found, by->values.buf, by->values.len);
        told = PyBytes_FromStringAndSize(NULL, (found + facts) * sizeof(uint32_t));
        if (told) {
            uint32_t *at = (uint32_t *)PyBytes_AS_STRING(told);
            memcpy(at, in_order, found * sizeof(uint32_t));
            memcpy(at + found, by->facts.buf, by->facts.len);
            _PyBytes_Resize(&values, (found + facts) * sizeof(float));
        }
    }
    PyMem_Free(places);
    if (told && values) {
        return Py_BuildValue("(NN)", told, values);
    }
    Py_XDECREF(told);
    Py_XDECREF(values);
    return NULL;
}

static int
are_tables(const Tables *by)
{
    const uint32_t *ends = by->ends.buf;
    return by->ends.len == GROUPS * sizeof(uint32_t)
           && ends[GROUPS - 1] <= 1u << DIGIT_BITS * ROUNDS
           && by->weights.len == GROUPS * sizeof(double)
           && by->by_count.len >= (Py_ssize_t)sizeof(float)
           && by->squares.len == 2 * by->by_count.len && by->facts.len == by->values.len
           && by->facts.len % sizeof(uint32_t) == 0;
}

static PyObject *
counted(PyObject *module, PyObject *args)
{
    PyObject *parts, *found = NULL;
    Tables by;
    double unit;
    if (!PyArg_ParseTuple(args, "O!y*y*y*y*dy*y*", &PyTuple_Type, &parts, &by.ends, &by.weights,
                          &by.by_count, &by.squares, &unit, &by.facts, &by.values)) {
        return NULL;
    }
    if (are_tables(&by)) {
        found = count_all(parts, &by, unit);
    } else {
        PyErr_SetString(PyExc_ValueError, "tables of other lengths than fit each other");
    }
    PyBuffer_Release(&by.ends);
    PyBuffer_Release(&by.weights);
    PyBuffer_Release(&by.by_count);
    PyBuffer_Release(&by.squares);
    PyBuffer_Release(&by.facts);
    PyBuffer_Release(&by.values);
    return found;
}

PyDoc_STRVAR(weights_doc, "weights(places, steps, parts, share, own_steps, own_parts) -> bytes\n\n"
"A share of the part that the step at each place stands for, of a power of two of them, and the\n"
"part of an own step, of which there may be none.");

static int
are_weights(const Py_buffer *steps, const Py_buffer *parts)
{
    return steps->len && !(steps->len & (steps->len - 1)) && parts->len == 256 * sizeof(float);
}

static void
put_weights(const Py_buffer *places, const Py_buffer *steps, const Py_buffer *parts, float share,
            const Py_buffer *own_steps, const Py_buffer *own_parts, float *to)
{
    const uint32_t *at = places->buf;
    Py_ssize_t count = places->len / sizeof(uint32_t);
    const uint8_t *step = steps->buf, *own_step = own_steps->buf;
    const float *part = parts->buf, *own_part = own_parts->buf;
    for (Py_ssize_t i = 0; i < count; i++) {
        to[i] = part[step[at[i] & (steps->len - 1)]] * share;
    }
    for (Py_ssize_t i = 0; own_steps->len && i < count; i++) {
        to[i] += own_part[own_step[at[i] & (own_steps->len - 1)]];
    }
}

static PyObject *
weights(PyObject *module, PyObject *args)
{
    Py_buffer places, steps, parts, own_steps, own_parts;
    float share;
    if (!PyArg_ParseTuple(args, "y*y*y*fy*y*", &places, &steps, &parts, &share, &own_steps,
                          &own_parts)) {
        return NULL;
    }
    PyObject *found = NULL;
    if (places.len % sizeof(uint32_t) || !are_weights(&steps, &parts)
        || (own_steps.len && !are_weights(&own_steps, &own_parts))) {
        PyErr_SetString(PyExc_ValueError, "a power of two of steps, and 256 parts");
    } else {
        found = PyBytes_FromStringAndSize(NULL, places.len);
    }
    if (found) {
        put_weights(&places, &steps, &parts, share, &own_steps, &own_parts,
                    (float *)PyBytes_AS_STRING(found));
    }
    PyBuffer_Release(&places);
    PyBuffer_Release(&steps);
    PyBuffer_Release(&parts);
    PyBuffer_Release(&own_steps);
    PyBuffer_Release(&own_parts);
    return found;
}

static PyMethodDef methods[] = {
    {"runs", runs, METH_VARARGS, runs_doc},
    {"words", words, METH_VARARGS, words_doc},
    {"beginnings", beginnings, METH_O, beginnings_doc},
    {"telling", telling, METH_VARARGS, telling_doc},
    {"shapes", shapes, METH_VARARGS, shapes_doc},
    {"facts", facts, METH_VARARGS, facts_doc},
    {"counted", counted, METH_VARARGS, counted_doc},
    {"weights", weights, METH_VARARGS, weights_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The steps of judging that go over every character and place.",
    .m_size = 0,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit__native(void)
{
    fill_crc_table();
    return PyModule_Create(&definition);
}
