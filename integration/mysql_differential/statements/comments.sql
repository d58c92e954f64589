# Comments, and those that are no comments.
SELECT 1 -- to the end
SELECT 1 # to the end
SELECT /* inside */ 1
/* before */ SELECT 1
-- before
  SELECT 2
SELECT 1 --1
SELECT 1 /*! + 1 */
SELECT 1 /*!50000 + 1 */
SELECT 1 /*!99999 + 1 */
SELECT 1 /*!999999 + 1 */
SELECT 1 /*M! + 1 */
SELECT 1 /*M!100000 + 1 */
SELECT 1 /*M!999999 + 1 */
SELECT 1 /*!80000 + 1 */
SELECT 1 /*!100100 + 1 */ + 10
SELECT /*!40001 SQL_NO_CACHE */ id FROM kinds WHERE id = 1
SELECT '/* not one */', "-- nor this", `id` FROM kinds /* but this */ WHERE id = 1
SELECT 1 /* a /* b */ + 1
SELECT 1 /* a /*! b */ + 2 */ + 1
/*! SELECT 5 */
/*!50000 SELECT 5 */ + 1
/*!99999 SELECT 5 */
INSERT /* why */ INTO journal /*!50000 (what) */ VALUES ('x' /* y */)
SELECT what FROM journal
DELETE /* all */ FROM journal -- of it
SELECT id FROM products /*+ no hint here */ WHERE id = 1
SELECT /*+ BAD_HINT(x) */ id FROM products WHERE id = 1
SHOW WARNINGS
/*+ nowhere */ SELECT 1
--
# 
/**/
;
SELECT	1
SELECT(1)
select 1 From kinds wHERE ID = 1
SELECT 1;
SELECT 1 ;  
SELECT 1; -- end

