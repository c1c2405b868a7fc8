"""The bench's own arithmetic, and that it finds what it looks for: `python3 -m unittest discover bench`."""

import itertools
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import correct
from load import Run
from measure import Gate, Loud, Ratio, abba
from rows import scan
from rows.flushes import calls, without_flush

REQUEST = '7 1.000 recvfrom(20<TCP:[127.0.0.1:80->127.0.0.1:90]>, "POST /v1/trust/issuances HTTP/1.1"..., 8192, 0, NULL, NULL) = 300 <0.00001>'
FLUSH = '8 2.000 fdatasync(11</data/ananke.db-wal>) = 0 <0.00100>'
ANSWER = '7 3.000 writev(20<TCP:[127.0.0.1:80->127.0.0.1:90]>, [{iov_base="HTTP/1.1 201 Created"...}], 2) = 900 <0.00001>'


class Flushes(unittest.TestCase):
    def early(self, *lines):
        return without_flush(calls(lines))

    def test_an_answer_after_its_flush(self):
        self.assertEqual(self.early(REQUEST, FLUSH, ANSWER), (0, 1))

    def test_an_answer_without_a_flush(self):
        self.assertEqual(self.early(REQUEST, ANSWER), (1, 1))

    def test_a_flush_of_before_the_request_does_not_count(self):
        self.assertEqual(self.early(FLUSH.replace("2.000", "0.500"), REQUEST, ANSWER), (1, 1))

    def test_a_flush_that_ends_later_does_not_count(self):
        unfinished = "8 2.000 fdatasync(11</data/ananke.db-wal> <unfinished ...>"
        self.assertEqual(self.early(REQUEST, unfinished, ANSWER, "8 3.500 <... fdatasync resumed>) = 0 <1.5>"), (1, 1))
        self.assertEqual(self.early(REQUEST, unfinished, "8 2.500 <... fdatasync resumed>) = 0 <0.5>", ANSWER), (0, 1))

    def test_a_flush_of_another_file_or_a_failed_one_does_not_count(self):
        self.assertEqual(self.early(REQUEST, FLUSH.replace("ananke.db-wal", "log"), ANSWER), (1, 1))
        self.assertEqual(self.early(REQUEST, FLUSH.replace("= 0", "= -1 EIO"), ANSWER), (1, 1))

    def test_the_second_answer_needs_a_flush_of_its_own(self):
        again = [line.replace(" 1.", " 4.").replace(" 3.", " 5.") for line in (REQUEST, ANSWER)]
        self.assertEqual(self.early(REQUEST, FLUSH, ANSWER, *again), (1, 2))


class Measuring(unittest.TestCase):
    def test_pairs_stand_in_abba_order(self):
        order = []
        side = lambda name: lambda: order.append(name) or len(order)
        pairs = abba(2, side("a"), side("b"), Gate(lambda: 1.0))
        self.assertEqual("".join(order), "abbaabba")
        self.assertEqual(pairs, [([1, 4], [2, 3]), ([5, 8], [6, 7])])

    def test_a_noisy_round_is_run_again_and_then_left_out(self):
        probes = iter([10, 10, 5, 10, 10])
        gate = Gate(lambda: next(probes))
        self.assertEqual(gate.quiet(lambda: "round"), "round")
        self.assertEqual(gate.refused, 1)
        slow = iter([10, 5, 5, 5, 5, 5, 5])
        self.assertIsNone(Gate(lambda: next(slow)).quiet(lambda: "round"))

    def test_where_no_round_is_quiet_all_are_shown_and_say_so(self):
        speeds = itertools.cycle([1.0, 0.5])
        pairs = abba(1, lambda: 1, lambda: 2, Gate(lambda: next(speeds)))
        self.assertEqual((len(pairs), isinstance(pairs, Loud)), (3, True))
        self.assertEqual(str(Ratio([2.0], loud=True)), "2.00 (2.00 to 2.00, no round quiet)")

    def test_a_ratio_shows_its_spread(self):
        ratio = Ratio()
        for one, other in ((4, 2), (9, 3), (8, 2)):
            ratio.add(one, other)
        self.assertEqual(str(ratio), "3.00 (2.00 to 4.00)")


class Correctness(unittest.TestCase):
    def run_with(self, **answers):
        return Run(sum(answers.values()), 1.0, 0.1, 0.001, 0.002, answers)

    def test_another_answer_voids_a_row(self):
        correct.answered(self.run_with(valid=3), "valid")
        with self.assertRaises(correct.Void):
            correct.answered(self.run_with(valid=3, not_found=1), "valid")
        with self.assertRaises(correct.Void):
            correct.answered(self.run_with(), "valid")

    def test_a_document_that_is_not_there_voids_a_row(self):
        class Server:
            name = "server"

            def documents(self):
                return 9

        self.assertEqual(correct.stored(Server(), 9), 9)
        with self.assertRaises(correct.Void):
            correct.stored(Server(), 10)

    def test_der_integers(self):
        self.assertEqual(correct.der_integer(b"\0\0\x7f"), b"\x02\x01\x7f")
        self.assertEqual(correct.der_integer(b"\x80"), b"\x02\x02\0\x80")


class Scans(unittest.TestCase):
    def test_every_cell_has_as_many_samples_each_a_page_of_its_own(self):
        samples = list(scan.samples(1_000))
        self.assertEqual(len(samples), 3 * 1_008)
        cells = {(one["dpi"], one["rotation"], one["blur"], one["noise"]) for one in samples}
        self.assertEqual(len(cells), 48)
        self.assertEqual(len({(one["dpi"], one["number"]) for one in samples}), len(samples))

    def test_a_payload_counts_for_its_cell_and_its_resolution(self):
        told = lambda right, wrong, micros: {"right": right, "wrong": wrong, "micros": micros}
        results = [{**one, "ours": told(one["number"] != 3, one["number"] == 3, 2_000), "zxing": told(False, False, 1_000)}
                   for one in scan.samples(16)]
        rows = scan.table(results)
        self.assertEqual(len(rows), 3 * 17)
        all_of_one = [row for row in rows if row["rotation"] == "all"]
        self.assertEqual([row["ours"] for row in all_of_one], [15 / 16] * 3)
        self.assertEqual([row["ours_wrong"] for row in all_of_one], [1] * 3)
        cell = next(row for row in rows if (row["rotation"], row["blur"], row["noise"]) == scan.CELLS[3])
        self.assertEqual((cell["samples"], cell["ours"], cell["ours_wrong"], cell["zxing"]), (1, 0.0, 1, 0.0))
        self.assertIn("| 150 | all | all | all | 16 | 93.8 % | 0.0 % | 2 | 2 | 1 | 1 |", scan.markdown(rows))


if __name__ == "__main__":
    unittest.main()
