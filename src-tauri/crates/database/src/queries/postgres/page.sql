WITH
    -- How many reviews gave the product one to five stars.
    ratings AS (
        SELECT
            count(*) FILTER (WHERE rating = 1) AS one_star,
            count(*) FILTER (WHERE rating = 2) AS two_stars,
            count(*) FILTER (WHERE rating = 3) AS three_stars,
            count(*) FILTER (WHERE rating = 4) AS four_stars,
            count(*) FILTER (WHERE rating = 5) AS five_stars
        FROM cachescope.reviews
        WHERE product_id = $1
    ),

    newest_reviews AS (
        SELECT id, author, rating, title, body, written_on
        FROM cachescope.reviews
        WHERE product_id = $1
        ORDER BY written_on DESC, id DESC
        LIMIT 5
    ),

    -- What else is in the orders that the product is in.
    bought_together AS (
        SELECT
            other.product_id AS id,
            count(*)         AS orders
        FROM cachescope.order_items AS this
        JOIN cachescope.order_items AS other ON other.order_id = this.order_id
        WHERE this.product_id = $1
          AND other.product_id <> $1
        GROUP BY other.product_id
        ORDER BY orders DESC, other.product_id
        LIMIT 5
    ),

    -- What the products beside it on the shelf are rated.
    shelf AS (
        SELECT
            count(DISTINCT neighbour.id)             AS products,
            count(*)                                 AS reviews,
            coalesce(sum(reviews.rating), 0)::bigint AS stars
        FROM cachescope.products AS neighbour
        JOIN cachescope.reviews ON reviews.product_id = neighbour.id
        WHERE neighbour.category_id = (SELECT category_id FROM cachescope.products WHERE id = $1)
    )

SELECT
    product.id,
    product.category_id,
    product.name,
    product.maker,
    product.description,
    product.price_cents,
    product.stock,
    product.version,
    category.name,
    shelf.products,
    shelf.reviews,
    shelf.stars,
    ratings.one_star,
    ratings.two_stars,
    ratings.three_stars,
    ratings.four_stars,
    ratings.five_stars,
    (
        SELECT coalesce(json_agg(
            json_build_object('author', author, 'rating', rating, 'title', title, 'body', body, 'written_on', written_on)
            ORDER BY written_on DESC, id DESC
        ), '[]')::text
        FROM newest_reviews
    ),
    (
        SELECT coalesce(json_agg(
            json_build_object('id', other.id, 'name', other.name, 'price_cents', other.price_cents, 'orders', orders)
            ORDER BY orders DESC, other.id
        ), '[]')::text
        FROM bought_together
        JOIN cachescope.products AS other USING (id)
    )
FROM cachescope.products AS product
JOIN cachescope.categories AS category ON category.id = product.category_id
CROSS JOIN shelf
CROSS JOIN ratings
WHERE product.id = $1
