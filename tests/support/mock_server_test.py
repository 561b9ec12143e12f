#!/usr/bin/env python3
"""The mock server does what its README says: otherwise the tests that lean on it prove nothing."""

import http.client
import json
import sys
import unittest

import mock_server

BUILD = sys.argv.pop(1)


class MockServerTest(unittest.TestCase):
    def ask(self, mock, text="hello"):
        """(status, headers, body) of one chat request; status 0 when the connection was dropped."""
        connection = http.client.HTTPConnection("127.0.0.1", mock.port, timeout=10)
        body = {"model": "m", "messages": [{"role": "user", "content": text}]}
        try:
            connection.request("POST", "/v1/chat/completions", json.dumps(body),
                               {"Content-Type": "application/json", "Authorization": "Bearer planted"})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read().decode()
        except (ConnectionError, http.client.HTTPException):
            return 0, {}, ""
        finally:
            connection.close()

    def test_answers_and_faults(self):
        with mock_server.MockServer(BUILD) as mock:
            mock.answer("hello", "good day")
            status, _, body = self.ask(mock)
            self.assertEqual(status, 200)
            self.assertEqual(json.loads(body)["choices"][0]["message"]["content"], "good day")

            mock.fault("rate_limit")
            status, headers, _ = self.ask(mock)
            self.assertEqual((status, headers.get("Retry-After")), (429, "1"))

            mock.fault("malformed")
            status, _, body = self.ask(mock)
            self.assertEqual(status, 200)
            with self.assertRaises(json.JSONDecodeError):
                json.loads(body)

            mock.fault("disconnect")
            self.assertEqual(self.ask(mock)[0], 0)

            mock.clear()
            mock.fail_next(2, status=500)
            self.assertEqual([self.ask(mock)[0] for _ in range(3)], [500, 500, 200])

            seen = mock.requests()
            self.assertEqual(len(seen), 7)
            self.assertNotIn("planted", json.dumps(seen))

    def test_requests_pass_to_the_upstream(self):
        with mock_server.MockServer(BUILD) as upstream:
            upstream.answer("hello", "from upstream")
            with mock_server.MockServer(BUILD, upstream=f"http://127.0.0.1:{upstream.port}") as mock:
                status, _, body = self.ask(mock)
            self.assertEqual(status, 200)
            self.assertIn("from upstream", body)
            self.assertEqual(len(upstream.requests()), 1)


if __name__ == "__main__":
    unittest.main(verbosity=0)
