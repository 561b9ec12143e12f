-- refused: there is no SQL statement

-- refused: there is no SQL statement
-- only a comment
-- refused: syntax error
SELEC 1
-- refused: no such table: nobody
SELECT * FROM nobody
-- refused: only SELECT is available here
INSERT INTO meta VALUES ('a', 'b')
-- refused: only SELECT is available here
UPDATE calls SET cost_pico_usd = 0
-- refused: only SELECT is available here
DELETE FROM calls
-- refused: only SELECT is available here
WITH x AS (SELECT 1) DELETE FROM calls
-- refused: only SELECT is available here
REPLACE INTO meta VALUES ('a', 'b')
-- refused: only SELECT is available here
DROP TABLE calls
-- refused: only SELECT is available here
ALTER TABLE calls ADD COLUMN x
-- refused: only SELECT is available here
CREATE TABLE mine (x)
-- refused: only SELECT is available here
CREATE TEMP TABLE mine (x)
-- refused: only SELECT is available here
CREATE TEMP VIEW mine AS SELECT 1
-- refused: only SELECT is available here
CREATE VIRTUAL TABLE mine USING fts5(x)
-- refused: only SELECT is available here
REINDEX
-- refused: only SELECT is available here
ANALYZE
-- refused: only SELECT is available here
VACUUM
-- refused: only SELECT is available here
VACUUM INTO '/tmp/hone-copy.db'
-- refused: ATTACH is not available here
ATTACH 'other.db' AS other
-- refused: only SELECT is available here
DETACH main
-- refused: transactions are not available here
BEGIN IMMEDIATE
-- refused: transactions are not available here
SAVEPOINT x
-- refused: transactions are not available here
COMMIT
-- refused: PRAGMA journal_mode is not available here
PRAGMA journal_mode = DELETE
-- refused: PRAGMA writable_schema is not available here
PRAGMA writable_schema = ON
-- refused: PRAGMA trusted_schema is not available here
PRAGMA trusted_schema = ON
-- refused: PRAGMA temp_store_directory is not available here
PRAGMA temp_store_directory = '/'
-- refused: PRAGMA user_version is not available here
PRAGMA user_version = 9
-- refused: only SELECT is available here
SELECT * FROM pragma_database_list
-- refused: load_extension() is not available here
SELECT load_extension('/tmp/x.so')
-- refused: zeroblob() is not available here
SELECT length(zeroblob(1000000000))
-- refused: randomblob() is not available here
SELECT hex(randomblob(1000000000))
-- refused: fts3_tokenizer() is not available here
SELECT fts3_tokenizer('simple')
-- refused: sqlite_version() is not available here
SELECT sqlite_version()
-- refused: no such function: readfile
SELECT readfile('/etc/passwd')
-- refused: no such function: writefile
SELECT writefile('/tmp/x', 'y')
-- refused: string or blob too big
WITH RECURSIVE d(i, s) AS (SELECT 1, 'xxxxxxxx' UNION ALL SELECT i + 1, s || s FROM d WHERE i < 40)
SELECT max(length(s)) FROM d
-- refused: one SQL statement at a time
SELECT 1; SELECT 2
-- refused: only SELECT is available here
SELECT 1; DROP TABLE calls
-- refused: one SQL statement at a time
SELECT 1; nonsense
