// Runs one request without retries, and prints which error class the client made of the answer.
import Whop from '@whop/sdk';

const [apiKey, companyId] = process.argv.slice(2);
const client = new Whop({ apiKey, maxRetries: 0 });

let result = { error: null };
try {
  await client.members.list({ company_id: companyId, first: 100 });
} catch (e) {
  result = { error: e.constructor.name, status: e.status, type: e.error?.error?.type ?? e.error?.type ?? null };
}
console.log(JSON.stringify(result));
