UPDATE products
SET
    price_cents = price_cents + ?2,
    version     = version + ?2
WHERE id = ?1
RETURNING
    id,
    price_cents,
    version
