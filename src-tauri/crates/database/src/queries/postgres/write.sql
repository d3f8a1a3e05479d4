UPDATE cachescope.products
SET
    price_cents = price_cents + 1,
    version     = version + 1
WHERE id = $1
RETURNING
    id,
    price_cents,
    version
