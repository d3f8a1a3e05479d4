SELECT
    id,
    category_id,
    name,
    maker,
    description,
    price_cents,
    stock,
    version
FROM cachescope.products
WHERE id = $1
