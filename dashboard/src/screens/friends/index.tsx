// Everyone who follows the merchant's LINE account: the list, and one of them.

import { Route, Routes } from "react-router";

import { NotFound } from "../../app/NotFound";
import { FriendList } from "./FriendList";
import { FriendPage } from "./FriendPage";

export function Component() {
  return (
    <Routes>
      <Route index element={<FriendList />} />
      <Route path=":lineUserId" element={<FriendPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
