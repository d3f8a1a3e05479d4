UPDATE cachescope.products
SET
    price_cents = price_cents - (version - 1),
    version     = 1
WHERE version > 1
