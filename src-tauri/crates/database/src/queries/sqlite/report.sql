WITH
    -- What each product of the category sold in the last year.
    sales AS (
        SELECT
            product.id,
            product.name,
            count(*)                              AS orders,
            sum(item.quantity)                    AS units,
            sum(item.quantity * item.price_cents) AS revenue_cents
        FROM products AS product
        JOIN order_items AS item ON item.product_id = product.id
        JOIN orders ON orders.id = item.order_id
        WHERE product.category_id = (SELECT category_id FROM products WHERE id = ?1)
          AND orders.ordered_on BETWEEN '2025-01-01' AND '2025-12-31'
        GROUP BY product.id
    ),

    best_sellers AS (
        SELECT *
        FROM sales
        ORDER BY revenue_cents DESC, id
        LIMIT 10
    ),

    total AS (
        SELECT
            count(*)                        AS products,
            coalesce(sum(orders), 0)        AS orders,
            coalesce(sum(units), 0)         AS units,
            coalesce(sum(revenue_cents), 0) AS revenue_cents
        FROM sales
    )

SELECT
    category.id,
    category.name,
    '2025-01-01',
    '2025-12-31',
    total.products,
    total.orders,
    total.units,
    total.revenue_cents,
    (
        SELECT json_group_array(
            json_object('id', id, 'name', name, 'orders', orders, 'units', units, 'revenue_cents', revenue_cents)
            ORDER BY revenue_cents DESC, id
        )
        FROM best_sellers
    )
FROM products AS product
JOIN categories AS category ON category.id = product.category_id
CROSS JOIN total
WHERE product.id = ?1
