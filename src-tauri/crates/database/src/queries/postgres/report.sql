WITH
    -- What each product of the category sold in the last year.
    sales AS (
        SELECT
            product.id,
            product.name,
            count(*)                                      AS orders,
            sum(item.quantity)::bigint                    AS units,
            sum(item.quantity * item.price_cents)::bigint AS revenue_cents
        FROM cachescope.products AS product
        JOIN cachescope.order_items AS item ON item.product_id = product.id
        JOIN cachescope.orders ON orders.id = item.order_id
        WHERE product.category_id = (SELECT category_id FROM cachescope.products WHERE id = $1)
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
            count(*)                                AS products,
            coalesce(sum(orders), 0)::bigint        AS orders,
            coalesce(sum(units), 0)::bigint         AS units,
            coalesce(sum(revenue_cents), 0)::bigint AS revenue_cents
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
        SELECT coalesce(json_agg(
            json_build_object('id', id, 'name', name, 'orders', orders, 'units', units, 'revenue_cents', revenue_cents)
            ORDER BY revenue_cents DESC, id
        ), '[]')::text
        FROM best_sellers
    )
FROM cachescope.products AS product
JOIN cachescope.categories AS category ON category.id = product.category_id
CROSS JOIN total
WHERE product.id = $1
