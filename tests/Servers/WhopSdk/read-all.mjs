// Reads every member of a company as a customer of Whop would, and prints what it got.
import Whop from '@whop/sdk';

const [companyId] = process.argv.slice(2);
const client = new Whop({ apiKey: `sim_${companyId}` });

const company = await client.companies.retrieve(companyId);
const ids = new Set();
const emails = [];
let members = 0;
for await (const member of client.members.list({ company_id: companyId, first: 100, order: 'created_at', direction: 'asc' })) {
  members++;
  ids.add(member.id);
  if (member.user?.email) emails.push(member.user.email);
}

let joined = 0;
for await (const member of client.members.list({ company_id: companyId, first: 100, statuses: ['joined'] })) {
  if (member.status !== 'joined') throw new Error(`${member.id} is ${member.status}`);
  joined++;
}

console.log(JSON.stringify({ memberCount: company.member_count, members, distinctIds: ids.size, emails: emails.length, joined }));
