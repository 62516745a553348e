import { buildSchema } from 'graphql';
import { isRoot, leadsTo, type Schema } from '../../lib/routes/graphql-reach.js';

const schema: unknown = buildSchema(`
  type Query { orders: [Order!]!, version: String!, node: Node, found: Found }
  type Mutation { add: Added!, ping: Ping! }
  type Ping { query: Query! }
  type Order { lines: [Line!]!, parent: Order }
  type Line { product: Product }
  type Product { name: String! }
  type Added { order: Order }
  interface Node { id: ID! }
  type User implements Node { id: ID!, card: Card }
  type Card { number: String! }
  union Found = User | Product
`);

it.each([
  ['Query.orders', 'Order'],
  ['Query.orders', 'Product'],
  ['Mutation.add', 'Line'],
  ['Query.node', 'Card'],
  ['Query.found', 'Product'],
  ['Order.__resolveReference', 'Order'],
  ['Line.__resolveReference', 'Product'],
  ['User.__resolveReference', 'Node'],
])('%s leads to %s', (entrance, type) => {
  expect(leadsTo(schema as Schema, entrance, type)).toBe(true);
});
it.each([
  ['Query.version', 'Order'],
  ['Query.orders', 'Card'],
  // By fields of Query, about which guards are asked.
  ['Mutation.ping', 'Order'],
  ['Query.orders', 'Added'],
  ['Query.absent', 'Order'],
  ['Subscription.orders', 'Order'],
  ['Product.__resolveReference', 'Order'],
  ['Nobody.__resolveReference', 'Order'],
  ['', 'Order'],
])('%j does not lead to %s', (entrance, type) => {
  expect(leadsTo(schema as Schema, entrance, type)).toBe(false);
});
it('the roots of a schema may have any name', () => {
  const renamed = buildSchema(
    'schema { query: Start } type Start { order: Order } type Order { name: String }',
  ) as unknown;
  expect(['Start', 'Order', 'Query'].map((type) => isRoot(renamed as Schema, type))).toEqual([true, false, false]);
});
